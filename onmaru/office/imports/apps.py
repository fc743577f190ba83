from django.apps import AppConfig


class Imports(AppConfig):
    name = "onmaru.office.imports"
    label = "imports"
    area = "settings"
