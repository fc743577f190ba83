from importlib import import_module

from django.apps import AppConfig


class Batches(AppConfig):
    name = "onmaru.office.batches"
    label = "batches"
    area = "settings"

    def ready(self) -> None:
        import_module("onmaru.office.batches.views.slots").register()
        import_module("onmaru.office.batches.views.api").register()
