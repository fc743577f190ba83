from importlib import import_module

from django.apps import AppConfig


class Forms(AppConfig):
    name = "onmaru.office.forms"
    label = "forms"
    area = "approval"

    def ready(self) -> None:
        """Let papers speak for themselves, and show each person their own."""
        import_module("onmaru.office.forms.views").register()
