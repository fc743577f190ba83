from django.apps import AppConfig


class Palette(AppConfig):
    name = "onmaru.office.palette"
    label = "palette"
