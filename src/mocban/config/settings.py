"""Django settings. What differs between installations comes from the environment: docs/howto/configure.md."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from .findable import SEARCH_LABELS, SEARCH_PARENTS, SEARCH_SOURCES  # noqa: F401 - settings by their own right
from .setup_steps import SETUP_STEPS  # noqa: F401 - a setting by its own right
from .shell import RAIL, SHELL_HOOKS, SHELL_URLS  # noqa: F401 - settings by their own right

PROJECT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("MOCBAN_DATA", PROJECT / "var"))
DEBUG = False
SECRET_KEY = os.environ.get("MOCBAN_SECRET", "only-for-tests-and-management-commands-without-data")
ALLOWED_HOSTS = os.environ.get("MOCBAN_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("MOCBAN_ORIGINS", "").split(",") if origin]
PROFILE = "ordinary"  # secrecy/profile: the LAN edition comes with its own issue

DOMAIN_APPS = [
    "portal", "reports", "archives", "preservation", "registry", "records", "exchange", "signing", "capture",
    "content", "secrecy", "notices", "search", "people", "audit", "ui", "api",
]  # fmt: skip
INSTALLED_APPS = [
    *(f"mocban.{app}" for app in DOMAIN_APPS),
    "mocban.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "mocban.ui.security.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mocban.ui.compression.CompressTextsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "mocban.ui.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "mocban.ui.errors.RuleErrorMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mocban.people.middleware.ActorMiddleware",
]
ROOT_URLCONF = "mocban.config.urls"
WSGI_APPLICATION = "mocban.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "mocban.ui.context.shell",
            ],
        },
    }
]


def database(url: str) -> dict[str, object]:
    """Turn a PostgreSQL URL into Django's settings; a socket folder travels as the query parameter `host`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    pooled = os.environ.get("MOCBAN_POOL", "")
    options: dict[str, object] = {"connect_timeout": 5}
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": int(pooled), "timeout": 20}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": query.get("port", str(parts.port or "")),
        "CONN_MAX_AGE": 0,
        "OPTIONS": options,
        "TEST": {"NAME": "test_mocban_" + os.environ.get("MOCBAN_TEST_DB", "main")},
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///mocban"))}
# In the database, so that every process counts the same failed sign-ins.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "full_name", "email")},
    },
    {"NAME": "mocban.people.passwords.LawfulPasswordValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "mocban.people.login.ClosedAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {
    "login": "mocban.people.forms.LoginForm",
    "reauthenticate": "mocban.people.forms.ReauthenticateForm",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# Failed sign-ins count by address, and by address and login together (people.login); a test holds them to the law data.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "30/m/ip,5/5m/key", "reset_password": "20/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("MOCBAN_PROXIES", "0"))
MFA_ADAPTER = "mocban.people.login.SealedMfaAdapter"
MFA_FORMS = {
    "authenticate": "mocban.people.forms.AuthenticateForm",
    "reauthenticate": "mocban.people.forms.MfaReauthenticateForm",
    "activate_totp": "mocban.people.forms.ActivateTOTPForm",
}
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = os.environ.get("MOCBAN_HTTPS", "") == "1"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
CSRF_FAILURE_VIEW = "mocban.ui.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PROJECT / "src" / "mocban" / "config" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
FORMAT_MODULE_PATH = ["mocban.config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("MOCBAN_STATIC", PROJECT / "static"))
NODE_MODULES = PROJECT / "node_modules"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "mocban.ui.finders.NodeFinder",
]
WHITENOISE_MAX_AGE = 365 * 24 * 3600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "content"}},
    "staticfiles": {"BACKEND": "mocban.ui.storage.VersionedStaticFilesStorage"},
}
# A secret document must not reach the disk before it was looked at, so uploads stay in memory (ADR 0006).
FILE_UPLOAD_HANDLERS = ["mocban.content.uploads.BoundedMemoryUploadHandler"]
UPLOAD_LIMIT_BYTES = int(os.environ.get("MOCBAN_UPLOAD_LIMIT_MB", "100")) * 1024 * 1024
# One message of the official mailbox, files included; a larger one stays on the mail server and the clerk is told.
MAIL_LIMIT_BYTES = int(os.environ.get("MOCBAN_MAIL_LIMIT_MB", "50")) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

INSTALLATION_NAME = os.environ.get("MOCBAN_NAME", "Mộc Bản")
API_TOKEN_HOOK = "mocban.people.services.api_actor"  # noqa: S105 - the name of a function

CONTENT_ROOT = DATA / "content"
INDEX_ROOT = DATA / "index"
KEYS_ROOT = DATA / "keys"
# Where signing keys may lie (docs/howto/set-up-keys.md): only who runs the server says which libraries are loaded and
# which addresses are called; pages choose among them.
PKCS11_MODULES = [entry for entry in os.environ.get("MOCBAN_PKCS11_MODULES", "").split(",") if entry.strip()]
SIGNING_SERVICES = os.environ.get("MOCBAN_SIGNING_SERVICES", "")
PIN_SECONDS = int(os.environ.get("MOCBAN_PIN_MINUTES", "15")) * 60
# The program on people's own computers that signs with their USB tokens, and how long its signatures are waited for.
AGENT_PORT = int(os.environ.get("MOCBAN_AGENT_PORT", "17470"))
SIGNING_PENDING_SECONDS = int(os.environ.get("MOCBAN_AGENT_MINUTES", "15")) * 60
PACKAGES_ROOT = DATA / "packages"
SCAN_ROOT = Path(os.environ.get("MOCBAN_SCAN_DIR", DATA / "scan"))
CONVERTER_IDLE_SECONDS = 300

# What an app cannot import because it stands above: named here, called by name.
CONTENT_READERS = [
    "mocban.records.services.can_read_object",
    "mocban.exchange.selectors.can_read_object",
    "mocban.exchange.mail_selectors.can_read_object",
    "mocban.registry.desk.can_read_object",
]
CONTENT_HOLDERS = [  # the first that answers
    "mocban.registry.desk.page_of_object",
    "mocban.records.selectors.page_of_object",
    "mocban.exchange.selectors.page_of_object",
    "mocban.exchange.mail_selectors.page_of_object",
]
CONTENT_NAMERS = [
    "mocban.exchange.selectors.names_of_objects",
    "mocban.exchange.mail_selectors.names_of_objects",
    "mocban.records.selectors.names_of_objects",
]
SECRECY_FREEZERS = [
    "mocban.capture.services.forget_ids",
    "mocban.content.services.freeze_ids",
    "mocban.exchange.services.freeze_ids",
    "mocban.preservation.services.freeze_ids",
    "mocban.records.services.freeze_ids",
    "mocban.registry.services.batches.forget_ids",
]
SECRECY_ERASERS = [
    "mocban.capture.services.forget_ids",
    "mocban.exchange.services.erase_ids",
    "mocban.preservation.services.erase_ids",
    "mocban.content.services.erase_ids",
    "mocban.records.services.erase_ids",
]
EXCHANGE_INSPECTOR = "mocban.records.intake.accept"
EXCHANGE_SIGNATURES = "mocban.signing.arrivals"  # the module that checks the signatures of what arrives

# Valid signatures are judged again after so many days, and once more when a signer's certificate is about to end.
SIGNATURE_VERIFY_AGAIN_DAYS = int(os.environ.get("MOCBAN_VERIFY_AGAIN_DAYS", "180"))
SIGNATURE_EXPIRY_NOTICE_DAYS = int(os.environ.get("MOCBAN_EXPIRY_NOTICE_DAYS", "30"))
# What an older engine judged is judged again after an upgrade, so many files a night.
SIGNATURE_VERIFY_AGAIN_NIGHTLY = int(os.environ.get("MOCBAN_VERIFY_AGAIN_NIGHTLY", "2000"))

# Loops of the worker process, each given a threading.Event that ends it.
FEED_LOOPS = ["mocban.audit.tasks.positions_loop", "mocban.search.tasks.feed_loop"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("MOCBAN_LOG", "WARNING")},
    # A refusal is an answer, not an event for the log: only errors of the program are.
    "loggers": {"django.request": {"level": "ERROR", "filters": ["failures"]}},
    "filters": {"failures": {"()": "mocban.config.logs.Failures"}},
}
