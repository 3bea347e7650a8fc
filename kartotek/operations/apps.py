"""Django's name for this room, and the moment when its recurring jobs are declared."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "kartotek.operations"
    label = "operations"

    def ready(self) -> None:
        from kartotek.core import erased
        from kartotek.operations import erased_list, hourly

        assert hourly  # declares itself
        erased.KEEPERS.append(erased_list.keep)
