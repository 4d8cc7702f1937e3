from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "mocban.signing"
    label = "signing"
