from django.apps import AppConfig


class CaptureConfig(AppConfig):
    name = "mocban.capture"
    label = "capture"
