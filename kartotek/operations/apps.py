"""Django's name for this room, and the moment when its recurring jobs are declared."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "kartotek.operations"
    label = "operations"

    def ready(self) -> None:
        from kartotek.operations import hourly  # noqa: F401  (declares itself)
