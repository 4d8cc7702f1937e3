from django.apps import AppConfig


class SecrecyConfig(AppConfig):
    name = "mocban.secrecy"
    label = "secrecy"
