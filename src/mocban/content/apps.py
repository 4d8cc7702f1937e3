from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "mocban.content"
    label = "content"
