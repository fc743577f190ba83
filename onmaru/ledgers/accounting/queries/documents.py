"""Entries of a document, and rates of exchange."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from onmaru.kernel import refusals, sql, work
from onmaru.kernel.models import Record
from onmaru.ledgers.accounting import rules
from onmaru.ledgers.accounting.models import Entry, ExchangeRate


def entries_of(document: Record) -> QuerySet[Entry]:
    """The entries posted for a document, in order."""
    return Entry.objects.filter(source_kind=work.kind_of(document), source_id=document.pk).order_by("id")


def rate(currency: str, target: str, *, on: date) -> Decimal:
    """Units of ``target`` for one unit of ``currency`` by the latest rate not after the day; 1 for the same.

    Refuses when no rate was recorded by then: a guess would be a wrong posting.
    """
    if currency == target:
        return Decimal(1)
    found = (
        ExchangeRate.objects.filter(currency=currency, target=target, valid_on__lte=on)
        .order_by("-valid_on")
        .first()
    )
    if found is None:
        raise refusals.Refused(rules.RATE_MISSING("currency", currency=currency, target=target, day=on))
    return found.rate


def tax_rates(country: str, *, on: date) -> dict[str, Decimal]:
    """The rate of every tax class of a country that is in force on a day."""
    return dict(
        sql.rows(
            "SELECT DISTINCT ON (tax_class) tax_class, rate FROM accounting_taxrate"
            " WHERE country = %s AND valid_from <= %s ORDER BY tax_class, valid_from DESC",
            [country, on],
        )
    )


def keeps_books(company_id: int) -> bool:
    """Whether a company has postings: the answer to what the masters ask of it."""
    return Entry.objects.filter(company=company_id).exists()
