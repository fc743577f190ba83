from importlib import import_module

from django.apps import AppConfig

from onmaru.masters.product import ports as product
from onmaru.masters.site import ports as site


class Stock(AppConfig):
    name = "onmaru.ledgers.stock"
    label = "stock"

    def ready(self) -> None:
        """Answer what the masters ask of goods."""
        queries = import_module("onmaru.ledgers.stock.queries")
        site.holds_goods.append(queries.stock.holds_goods)
        product.has_moved.append(queries.stock.has_moved)
