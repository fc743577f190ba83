from django.apps import AppConfig


class Diagrams(AppConfig):
    name = "onmaru.office.diagrams"
    label = "diagrams"
    area = "settings"
