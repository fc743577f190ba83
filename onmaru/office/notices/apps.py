from importlib import import_module

from django.apps import AppConfig


class Notices(AppConfig):
    name = "onmaru.office.notices"
    label = "notices"
    area = "work"

    def ready(self) -> None:
        """Put the bell into the pages."""
        import_module("onmaru.office.notices.views.slots").register()
