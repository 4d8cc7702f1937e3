from django.apps import AppConfig


class CaptureConfig(AppConfig):
    name = "mocban.capture"
    label = "capture"

    def ready(self) -> None:
        from . import events  # noqa: F401 - the trail must know the verbs before anything is recorded
