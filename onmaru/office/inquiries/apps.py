from importlib import import_module

from django.apps import AppConfig


class Inquiries(AppConfig):
    name = "onmaru.office.inquiries"
    label = "inquiries"

    def ready(self) -> None:
        import_module("onmaru.office.inquiries.queries.offered").register()
        import_module("onmaru.office.inquiries.views.api").register()
