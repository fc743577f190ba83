from importlib import import_module

from django.apps import AppConfig


class Pivot(AppConfig):
    name = "onmaru.office.pivot"
    label = "pivot"

    def ready(self) -> None:
        # The face registers itself; its module names models, so this one cannot import it at its top.
        import_module("onmaru.office.pivot.views.pivot")
