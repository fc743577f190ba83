from importlib import import_module

from django.apps import AppConfig


class Screens(AppConfig):
    name = "onmaru.office.screens"
    label = "screens"

    def ready(self) -> None:
        ports = import_module("onmaru.workbench.ports")
        # Views need the models, so this module cannot import them at its top.
        ports.slots["list.tools"].append(
            lambda context: import_module("onmaru.office.screens.views").tool(context)
        )
