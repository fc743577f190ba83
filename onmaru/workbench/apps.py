from importlib import import_module

from django.apps import AppConfig


class Workbench(AppConfig):
    name = "onmaru.workbench"
    label = "workbench"

    def ready(self) -> None:
        # Models must be loaded before declarations can name them, so this module cannot import them at its top.
        import_module("onmaru.workbench.registry").discover()
        import_module("onmaru.workbench.report").discover()
