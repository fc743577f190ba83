from importlib import import_module

from django.apps import AppConfig


class Shaping(AppConfig):
    name = "onmaru.office.shaping"
    label = "shaping"
    area = "shaping"

    def ready(self) -> None:
        # Models must be loaded before what reads them, so this module cannot import it at its top.
        import_module("onmaru.office.shaping.queries.live").attach()
        import_module("onmaru.office.shaping.views").register()
