"""Django's name for this room."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "kartotek.operations"
    label = "operations"
