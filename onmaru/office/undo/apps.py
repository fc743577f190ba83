from importlib import import_module

from django.apps import AppConfig


class Undo(AppConfig):
    name = "onmaru.office.undo"
    label = "undo"

    def ready(self) -> None:
        import_module("onmaru.office.undo.views.toast").register()
        import_module("onmaru.office.undo.views.api").register()
