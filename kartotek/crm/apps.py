"""Django's name for this room."""

from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "kartotek.crm"
    label = "crm"
