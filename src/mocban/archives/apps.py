from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "mocban.archives"
    label = "archives"
