"""Django's name for this room."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "kartotek.site"
    label = "site"
