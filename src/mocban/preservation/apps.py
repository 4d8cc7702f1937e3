from django.apps import AppConfig


class PreservationConfig(AppConfig):
    name = "mocban.preservation"
    label = "preservation"

    def ready(self) -> None:
        from . import events  # noqa: F401 - the trail must know the verbs before anything is recorded
