from django.apps import AppConfig


class Packages(AppConfig):
    name = "onmaru.office.packages"
    label = "packages"
