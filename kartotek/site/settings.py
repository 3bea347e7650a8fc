"""Django's settings, worked out from the environment."""

from importlib.metadata import entry_points
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from kartotek.site import environment

ENVIRONMENT = environment.Environment.read()
ROOT = Path(__file__).resolve().parent.parent
DATA = ENVIRONMENT.data

SECRET_KEY = environment.secret_key(DATA)
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"] + [
    urlsplit(origin).hostname or "" for origin in ENVIRONMENT.origins
]
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.origins)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "lucide",
    "kartotek.core",
    "kartotek.people",
    "kartotek.crm",
    "kartotek.operations",
    "kartotek.site",
    # Record types of other packages: each is a Django app with migrations of its own.
    *sorted({found.value for found in entry_points(group="kartotek.types")}),
]
KARTOTEK_MEMBER_MODEL = "people.Member"
KARTOTEK_DEPARTMENT_MODEL = "people.Department"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kartotek.people.middleware.ActorMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / "ui" / "templates"],
        "OPTIONS": {"environment": "kartotek.interfaces.web.engine.environment"},
    },
    {  # only for pages that other packages bring
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"],
        },
    },
]
ROOT_URLCONF = "kartotek.site.urls"
WSGI_APPLICATION = "kartotek.site.wsgi.application"
DATABASES = {"default": environment.database(DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "ui" / "static"]
STATIC_ROOT = DATA / "static"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
