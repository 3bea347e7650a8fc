"""Which path leads where: the only list of all rooms' URLs."""

from django.urls import path

from kartotek.operations.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
]
