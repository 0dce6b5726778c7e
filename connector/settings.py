"""Every setting, and the only reader of the environment in the application. README's table names them all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from connector.lib.outbound import parse_allowed
from connector.lib.vault import parse_keys

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- what an installation must say ------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY")
DEBUG = False
try:
    ENCRYPTION_KEYS = parse_keys(env.str("ENCRYPTION_KEYS"))
    OUTBOUND_ALLOW = parse_allowed(env.list("OUTBOUND_ALLOW", default=[]))
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error

PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
IS_HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_public.hostname or "localhost"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
STAFF_HOST = env.str("STAFF_HOST", default="").lower()
"""Where our own support works, with its port unless it is the usual one; empty: at PUBLIC_URL."""
if STAFF_HOST:
    ALLOWED_HOSTS.append(STAFF_HOST.partition(":")[0])
    CSRF_TRUSTED_ORIGINS.append(f"{_public.scheme}://{STAFF_HOST}")

# --- the outside systems: the defaults are the real ones -----------------------------------------------------------
ACCOUNTING = {
    "economic": {
        "rest_url": env.str("ECONOMIC_REST_URL", default="https://restapi.e-conomic.com"),
        "openapi_url": env.str("ECONOMIC_OPENAPI_URL", default="https://apis.e-conomic.com"),
        "grant_url": env.str(
            "ECONOMIC_GRANT_URL", default="https://secure.e-conomic.com/secure/api1/requestaccess.aspx"
        ),
        "app_secret": env.str("ECONOMIC_APP_SECRET_TOKEN", default=""),
        "app_public": env.str("ECONOMIC_APP_PUBLIC_TOKEN", default=""),
    },
    "dinero": {
        "api_url": env.str("DINERO_API_URL", default="https://api.dinero.dk"),
        "connect_url": env.str("VISMA_CONNECT_URL", default="https://connect.visma.com"),
        "client_id": env.str("DINERO_CLIENT_ID", default=""),
        "client_secret": env.str("DINERO_CLIENT_SECRET", default=""),
    },
    "billy": {"api_url": env.str("BILLY_API_URL", default="https://api.billysbilling.com/v2")},
}
SHOPS = {
    "shoporama": {
        "api_url": env.str("SHOPORAMA_API_URL", default="https://www.shoporama.dk/REST"),
        "oauth_url": env.str("SHOPORAMA_OAUTH_URL", default="https://www.shoporama.dk/admin/oauth/login"),
        "app_name": env.str("SHOPORAMA_APP_NAME", default="Connector"),
    }
}

# --- the engine's times, in seconds --------------------------------------------------------------------------------
QUIET_SECONDS = env.float("QUIET_SECONDS", default=45.0)
"""How long after an unknown outcome nobody looks: a request may still be running at the provider."""
POLL_SECONDS = env.float("POLL_SECONDS", default=3600.0)
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=5.0)

# --- Django ----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "connector.tenancy",
    "shops",
    "accounting",
    "connector.sync",
    "connector.notices",
    "connector.staff",
    "connector.web",
    "connector.web.help",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "connector.web.middleware.HooksFirst",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "connector.web.middleware.Choices",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "connector.web.accounts.two_step.Required",
]
ROOT_URLCONF = "connector.urls"
WSGI_APPLICATION = "connector.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "connector.web.context.frame",
                "connector.web.staff.around.staff",
            ]
        },
    }
]

_database = env.db_url("DATABASE_URL", default="postgres://connector_app@127.0.0.1:5432/connector")
_database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ENGINE": "django.db.backends.postgresql"}
_database["OPTIONS"] = {
    "connect_timeout": 3,
    # Local limits keep one stuck statement from holding a lane; the engine repeats what they cut off.
    "options": "-c statement_timeout=30000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=15000",
}
DATABASES = {"default": _database}
if env.str("DATABASE_OWNER_URL", default=""):
    # Migrations only: the role that owns the tables and is not held by row-level security.
    DATABASES["owner"] = env.db_url("DATABASE_OWNER_URL") | {"ENGINE": "django.db.backends.postgresql"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "tenancy.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "connector.web.accounts.passwords.NotBreached"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"}
    | {"OPTIONS": {"user_attributes": ("email", "name")}},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"

# --- accounts: https://docs.allauth.org/en/latest/account/configuration.html ------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
TWO_STEP_REQUIRED = IS_HTTPS
"""Whether owners and our own staff must sign in with two steps; offered to everybody in any case."""
ACCOUNT_ADAPTER = "connector.web.accounts.adapter.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_CONFIRMATION_ANONYMOUS_REDIRECT_URL = LOGIN_URL
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/key,100/m/ip"}
ACCOUNT_FORMS = {
    "signup": "connector.web.accounts.forms.SignUpForm",
    "change_password": "connector.web.accounts.forms.ChangePasswordForm",
    "set_password": "connector.web.accounts.forms.SetPasswordForm",
    "reset_password": "connector.web.accounts.forms.ForgottenForm",
    "reset_password_from_key": "connector.web.accounts.forms.NewPasswordForm",
    "add_email": "connector.web.accounts.forms.NewEmailForm",
    "reauthenticate": "connector.web.accounts.forms.PasswordAgainForm",
}
MFA_ADAPTER = "connector.web.accounts.adapter.TwoStep"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a code typed as its half minute ends is still right
MFA_TOTP_ISSUER = "Connector"
MFA_FORMS = {
    "authenticate": "connector.web.accounts.forms.CodeForm",
    "reauthenticate": "connector.web.accounts.forms.CodeAgainForm",
    "activate_totp": "connector.web.accounts.forms.ActivateForm",
}
# Only a proxy of ours may say from where somebody comes: the address counts the wrong tries.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.list("TRUSTED_PROXIES", default=[]) else 0

# --- mail ------------------------------------------------------------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = f"Connector <no-reply@{_public.hostname or 'localhost'}>"
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default=f"support@{_public.hostname or 'localhost'}")
DUTY_EMAIL = env.str("DUTY_EMAIL", default=SUPPORT_EMAIL)

LANGUAGE_CODE = "da"
LANGUAGES = [("da", _("Danish")), ("nb", _("Norwegian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- security --------------------------------------------------------------------------------------------------------
_prefix = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_prefix}session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Lax, not Strict: the owner comes back from the provider's site by a link and must still be signed in.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_prefix}csrf"
LANGUAGE_COOKIE_NAME, THEME_COOKIE_NAME = f"{_prefix}language", f"{_prefix}theme"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.list("TRUSTED_PROXIES", default=[]) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

# --- Celery carries hints only: losing one costs at most one sweep ----------------------------------------------------
CELERY_BROKER_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if "REDIS_URL" in env.ENVIRON:
    CACHES["default"] = {
        "BACKEND": "connector.web.accounts.cache.Forgiving",
        "LOCATION": CELERY_BROKER_URL,
        # One Redis may serve several databases' installations, as in the tests.
        "KEY_PREFIX": f"cache:{_database['NAME']}",
        # Someone who signs in waits for this: Redis answers at once or is away.
        "OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.3},
    }
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60,
    "socket_keepalive": True,
    "socket_connect_timeout": 1,
    "socket_timeout": 30,
    "health_check_interval": 10,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # urllib3 would log addresses with their query; the return address of a sign-in carries a key in its.
        "urllib3": {"level": "WARNING"},
        "django.server": {"level": "WARNING"},
    },
}
