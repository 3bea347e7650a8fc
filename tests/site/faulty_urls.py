"""Our pages, and one that fails."""

from django.urls import path

from kartotek.site import urls


def fault(request):
    raise ZeroDivisionError("so many customers")


urlpatterns = [path("fault", fault), *urls.urlpatterns]
handler404, handler500 = urls.handler404, urls.handler500
