from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "mocban.search"
    label = "search"
