from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "mocban.reports"
    label = "reports"
