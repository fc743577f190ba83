from importlib import import_module

from django.apps import AppConfig


class Picking(AppConfig):
    name = "onmaru.office.picking"
    label = "picking"

    def ready(self) -> None:
        # Its pages name models, which are loaded only now.
        import_module("onmaru.office.picking.views.cards").register()
