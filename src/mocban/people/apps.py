from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "mocban.people"
    label = "people"
