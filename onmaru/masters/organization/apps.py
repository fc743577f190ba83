from django.apps import AppConfig


class Organization(AppConfig):
    name = "onmaru.masters.organization"
    label = "organization"
    area = "settings"
