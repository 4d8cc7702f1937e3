from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "mocban.content"
    label = "content"

    def ready(self) -> None:
        from . import events  # noqa: F401 - the trail must know the verbs before anything is recorded
