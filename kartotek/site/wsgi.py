"""The WSGI application that the web workers run, with what its first requests would load."""

import os

import kartotek  # noqa: F401  (brings the safe SQLite before Django loads one)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartotek.site.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import reverse
from django.utils.translation import override

application = get_wsgi_application()


def _warm() -> None:
    """Load views, texts of every language and templates: once, where workers share memory."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            reverse("healthz")
    pages = engines["jinja2"].env
    for name in pages.list_templates():
        pages.get_template(name)


_warm()
