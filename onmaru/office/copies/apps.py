from importlib import import_module

from django.apps import AppConfig


class Copies(AppConfig):
    name = "onmaru.office.copies"
    label = "copies"

    def ready(self) -> None:
        """Have what the trash keeps covered as what records hold is."""
        ports = import_module("onmaru.office.copies.ports")
        ports.copies.append(import_module("onmaru.office.copies.commands").cover)
