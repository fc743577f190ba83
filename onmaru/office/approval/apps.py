from importlib import import_module

from django.apps import AppConfig


class Approval(AppConfig):
    name = "onmaru.office.approval"
    label = "approval"
    area = "approval"

    def ready(self) -> None:
        import_module("onmaru.office.approval.views.slots").register()
