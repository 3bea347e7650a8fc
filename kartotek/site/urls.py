"""Which path leads where: the only list of all rooms' URLs."""

from django.urls import include, path

from kartotek.interfaces.api.openapi.page import api
from kartotek.operations.health import healthz
from kartotek.pages.source.view import source

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api", api, name="api"),
    path("api/v1/", include("kartotek.interfaces.api.urls")),
    path("source", source, name="source"),
    # Before the pages of the record types, whose paths begin with any word.
    path("", include("kartotek.pages.welcome.urls")),
    path("", include("kartotek.pages.sign_in.urls")),
    path("", include("kartotek.pages.settings.urls")),
    path("", include("kartotek.pages.privacy.urls")),
    path("", include("kartotek.interfaces.web.urls")),
]

handler400 = "kartotek.interfaces.web.failing.bad_request"
handler403 = "kartotek.interfaces.web.failing.forbidden"
handler404 = "kartotek.interfaces.web.failing.not_found"
handler500 = "kartotek.interfaces.web.failing.server_error"
