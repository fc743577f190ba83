from importlib import import_module

from django.apps import AppConfig


class Faces(AppConfig):
    name = "onmaru.office.faces"
    label = "faces"

    def ready(self) -> None:
        # In the order in which they are offered beside the list. Their modules name models, so not at the top.
        for view in ("sheet", "board", "calendar", "timeline", "flow"):
            import_module(f"onmaru.office.faces.views.{view}")
