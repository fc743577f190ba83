from importlib import import_module

from django.apps import AppConfig


class Access(AppConfig):
    name = "onmaru.office.access"
    label = "access"
    area = "access"

    def ready(self) -> None:
        """Put the room's marks into the pages, and its operation into the API."""
        import_module("onmaru.office.access.views.slots").register()
        import_module("onmaru.office.access.views.api").register()
