from importlib import import_module

from django.apps import AppConfig


class App(AppConfig):
    name = "onmaru.app"
    label = "app"

    def ready(self) -> None:
        # It names models, which are not loaded when this module is.
        import_module("onmaru.app.welcome")
        import_module("onmaru.app.setting_up").register()
