"""Settings of the shell's own tests: the shell alone, without the apps that it must not know."""

from mocban.config.settings import *  # noqa: F403
from mocban.config.settings import MIDDLEWARE as ALL_MIDDLEWARE

INSTALLED_APPS = [
    "mocban.ui",
    "mocban.api",
    "mocban.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
AUTH_USER_MODEL = "auth.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
MIDDLEWARE = [
    "mocban.ui.tests.gallery.GalleryActorMiddleware" if "ActorMiddleware" in name else name
    for name in ALL_MIDDLEWARE
    if "allauth" not in name
]
ROOT_URLCONF = "mocban.ui.tests.gallery"
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
