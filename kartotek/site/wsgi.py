"""The WSGI application that the web workers run."""

import os

import kartotek  # noqa: F401  (brings the safe SQLite before Django loads one)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartotek.site.settings")

from django.core.wsgi import get_wsgi_application

from kartotek.operations.processes import die_with_parent

die_with_parent()
application = get_wsgi_application()
