from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from onmaru.masters.site import ports


class Accounting(AppConfig):
    name = "onmaru.ledgers.accounting"
    label = "accounting"

    def ready(self) -> None:
        """Answer what the masters ask of books, and tell dashboards of the cash."""
        dashboards = import_module("onmaru.office.dashboards.ports")
        queries = import_module("onmaru.ledgers.accounting.queries")
        ports.keeps_books.append(queries.documents.keeps_books)
        cash = dashboards.KeyFigure(
            "cash",
            _("Cash and deposits"),
            "accounting.account.view",
            queries.cash.in_hand,
            "/reports/trial-balance/",
        )
        dashboards.register(cash)
