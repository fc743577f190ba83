from importlib import import_module

from django.apps import AppConfig

from onmaru.masters.product import ports


class Sales(AppConfig):
    name = "onmaru.erp.sales"
    label = "sales"

    def ready(self) -> None:
        """Answer what the masters ask of documents."""
        queries = import_module("onmaru.erp.sales.queries")
        ports.has_moved.append(queries.positions.is_ordered)
