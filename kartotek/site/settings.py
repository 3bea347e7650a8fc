"""Django's settings, worked out from the environment."""

from importlib.metadata import entry_points
from pathlib import Path
from urllib.parse import urlsplit

from kartotek.site import environment, languages

ENVIRONMENT = environment.Environment.read()
ROOT = Path(__file__).resolve().parent.parent
DATA = ENVIRONMENT.data

SECRET_KEY = environment.secret_key(DATA)
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"] + [
    urlsplit(origin).hostname or "" for origin in ENVIRONMENT.origins
]
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.origins)
LAN_HOSTS = environment.value("KARTOTEK_LAN_HOSTS").split()  # told by `serve --lan` to its workers
ALLOWED_HOSTS += LAN_HOSTS
CSRF_TRUSTED_ORIGINS += [f"http://{host}:{ENVIRONMENT.port}" for host in LAN_HOSTS]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "lucide",
    "allauth",
    "allauth.account",
    "allauth.mfa",
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
KARTOTEK_ACTOR_OF_MEMBER = "kartotek.people.acting.actor_of_member"
KARTOTEK_API_A_MINUTE = environment.number("KARTOTEK_API_A_MINUTE", 1_200)  # requests; 0: any
TASKS = {"default": {"BACKEND": "kartotek.core.job_backend.DatabaseBackend"}}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kartotek.interfaces.web.policy.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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
LANGUAGES = languages.offered(ROOT / "locale")
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# To standard error, for whoever runs the roles to keep: faults of ours with their traceback.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "ui" / "static"]
STATIC_ROOT = DATA / "static"
# Collected files carry their hash in the name and never change; else they come as they lie.
COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() or environment.value("KARTOTEK_COLLECTS")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not COLLECTED
SESSION_ENGINE = "kartotek.people.sessions"
# A browser sends cookies to every port of a host: two Kartoteks on one machine keep apart by name.
SESSION_COOKIE_NAME = f"kartotek_{ENVIRONMENT.port}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
IS_HTTPS = {one.partition(":")[0] for one in ENVIRONMENT.origins} == {"https"}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
LOGIN_URL = "/sign-in"
CSRF_FAILURE_VIEW = "kartotek.pages.sign_in.view.stale"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "kartotek.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "kartotek.people.adapter.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # codes before and after the present one: clocks of phones are not exact
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600  # seconds an invitation lives
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("MinimumLengthValidator", {"min_length": 10}),
        ("UserAttributeSimilarityValidator", {}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    ]
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
