from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "mocban.portal"
    label = "portal"
