from importlib import import_module

from django.apps import AppConfig


class Questions(AppConfig):
    name = "onmaru.office.questions"
    label = "questions"

    def ready(self) -> None:
        import_module("onmaru.office.questions.queries.offered").register()
        import_module("onmaru.office.questions.views.api").register()
