from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "mocban.signing"
    label = "signing"

    def ready(self) -> None:
        from . import events  # noqa: F401 - the trail must know the verbs before anything is recorded
