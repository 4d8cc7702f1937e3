from django.apps import AppConfig


class SecrecyConfig(AppConfig):
    name = "mocban.secrecy"
    label = "secrecy"

    def ready(self) -> None:
        from . import events  # noqa: F401 - the trail must know the verbs before anything is recorded
