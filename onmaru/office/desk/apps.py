from importlib import import_module

from django.apps import AppConfig


class Desk(AppConfig):
    name = "onmaru.office.desk"
    label = "desk"
    area = "approval"

    def ready(self) -> None:
        """Take the room's places in the pages, and keep papers apart that tell what is personal."""
        import_module("onmaru.office.desk.views.slots").register()
