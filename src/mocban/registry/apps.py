from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "mocban.registry"
    label = "registry"
