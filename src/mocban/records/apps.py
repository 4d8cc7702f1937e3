from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "mocban.records"
    label = "records"
