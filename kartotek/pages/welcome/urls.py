"""The path of the first page."""

from django.urls import path

from kartotek.pages.welcome import view

urlpatterns = [path("welcome/<str:token>", view.welcome, name="welcome")]
