from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "mocban.ui"
    label = "ui"
