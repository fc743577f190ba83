from django.apps import AppConfig


class Workbench(AppConfig):
    name = "onmaru.workbench"
    label = "workbench"
