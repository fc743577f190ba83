from importlib import import_module

from django.apps import AppConfig


class Offering(AppConfig):
    name = "onmaru.office.offering"
    label = "offering"
    area = "settings"

    def ready(self) -> None:
        # Its pages name models, which are loaded only now.
        import_module("onmaru.office.offering.views.words").register()
