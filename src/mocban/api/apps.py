from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "mocban.api"
    label = "api"
