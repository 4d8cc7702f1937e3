from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "mocban.config"
    label = "config"
