"""The addresses of the API."""

from django.urls import path

from kartotek.interfaces.api import views
from kartotek.interfaces.api.routing import nowhere

urlpatterns = [
    path("<slug:key>", views.the_list, name="api-list"),
    path("<slug:key>/<uuid:uid>", views.the_record, name="api-record"),
    path("<slug:key>/<uuid:uid>/restore", views.the_return, name="api-restore"),
    path("<path:rest>", nowhere),
]
