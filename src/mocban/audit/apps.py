from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "mocban.audit"
    label = "audit"
