from importlib import import_module

from django.apps import AppConfig

from onmaru.masters.site import ports


class Accounting(AppConfig):
    name = "onmaru.ledgers.accounting"
    label = "accounting"

    def ready(self) -> None:
        """Answer what the masters ask of books."""
        queries = import_module("onmaru.ledgers.accounting.queries")
        ports.keeps_books.append(queries.documents.keeps_books)
