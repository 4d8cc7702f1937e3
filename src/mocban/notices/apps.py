from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "mocban.notices"
    label = "notices"
