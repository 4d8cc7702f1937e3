from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "mocban.records"
    label = "records"

    def ready(self) -> None:
        from . import events  # noqa: F401 - declares the verbs of the trail
