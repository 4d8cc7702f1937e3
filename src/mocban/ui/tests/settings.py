"""Settings of the shell's own tests: the shell alone, without the apps that it must not know."""

from mocban.config.settings import *  # noqa: F403
from mocban.config.settings import MIDDLEWARE as ALL_MIDDLEWARE
from mocban.config.settings import PROJECT
from mocban.config.settings import TEMPLATES as ALL_TEMPLATES

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
TEMPLATES = [{**ALL_TEMPLATES[0], "DIRS": [PROJECT / "src/mocban/ui/tests/templates"]}]
SHELL_HOOKS = ["mocban.ui.tests.gallery.shell_hook"]
SHELL_URLS = {
    "search": "gallery",
    "notices": "list",
    "switch_position": "gallery",
    "account": "gallery",
    "logout": "gallery",
    "language": "set_language",
}
RAIL = [
    {"label": "", "entries": [{"label": "Việc của tôi", "url_name": "list", "icon": "checklist"}]},
    {
        "label": "Văn thư",
        "entries": [
            {"label": "Văn bản đến", "url_name": "gallery", "icon": "mail-down"},
            {"label": "Văn bản đi", "url_name": "confirm", "icon": "mail-up"},
            {"label": "Chưa có", "url_name": "nowhere:at_all", "icon": "mailbox"},
        ],
    },
    {
        "label": "Quản trị",
        "entries": [{"label": "Người dùng", "url_name": "login", "icon": "settings", "roles": ["administrator"]}],
    },
]
