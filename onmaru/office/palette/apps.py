from importlib import import_module

from django.apps import AppConfig


class Palette(AppConfig):
    name = "onmaru.office.palette"
    label = "palette"

    def ready(self) -> None:
        # What it offers names models, which are loaded only now.
        import_module("onmaru.office.palette.views").register()
