from django.apps import AppConfig


class PreservationConfig(AppConfig):
    name = "mocban.preservation"
    label = "preservation"
