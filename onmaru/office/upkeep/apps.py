from importlib import import_module

from django.apps import AppConfig


class Upkeep(AppConfig):
    name = "onmaru.office.upkeep"
    label = "upkeep"

    def ready(self) -> None:
        # Models must be loaded before what reads them, so this module cannot import it at its top.
        ports = import_module("onmaru.office.shaping.ports")
        ports.changed.append(import_module("onmaru.office.upkeep.commands").changed)
