from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from onmaru.masters.product import ports as product
from onmaru.masters.site import ports as site


class Stock(AppConfig):
    name = "onmaru.ledgers.stock"
    label = "stock"

    def ready(self) -> None:
        """Answer what the masters ask of goods, and tell dashboards what ran out."""
        dashboards = import_module("onmaru.office.dashboards.ports")
        queries = import_module("onmaru.ledgers.stock.queries")
        site.holds_goods.append(queries.stock.holds_goods)
        product.has_moved.append(queries.stock.has_moved)
        gone = dashboards.KeyFigure(
            "stock-out", _("Out of stock"), "stock.quant.view", queries.gone.out, "/stock/"
        )
        dashboards.register(gone)
