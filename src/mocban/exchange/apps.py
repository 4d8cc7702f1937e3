from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "mocban.exchange"
    label = "exchange"

    def ready(self) -> None:
        from . import events  # noqa: F401 - the trail must know the verbs before anything is recorded
