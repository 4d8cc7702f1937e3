import mimetypes

from django.apps import AppConfig
from django.core.checks import Tags, register


class UiConfig(AppConfig):
    name = "mocban.ui"
    label = "ui"

    def ready(self) -> None:
        from .checks import shell_addresses

        register(shell_addresses, Tags.urls)
        # Browsers refuse a module script that is not served as JavaScript, and not every system knows these endings.
        mimetypes.add_type("text/javascript", ".mjs")
        mimetypes.add_type("application/wasm", ".wasm")
