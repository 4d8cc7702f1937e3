from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "mocban.exchange"
    label = "exchange"
