from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "mocban.archives"
    label = "archives"

    def ready(self) -> None:
        from . import events  # noqa: F401 - declares the verbs of the trail
