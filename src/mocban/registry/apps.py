from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "mocban.registry"
    label = "registry"

    def ready(self) -> None:
        from . import events  # noqa: F401 - declares the verbs of the trail
