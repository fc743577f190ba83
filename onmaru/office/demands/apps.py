from django.apps import AppConfig


class Demands(AppConfig):
    name = "onmaru.office.demands"
    label = "demands"
    area = "approval"
