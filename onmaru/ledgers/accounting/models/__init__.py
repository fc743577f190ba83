"""Rows of the accounting ledger."""

from onmaru.ledgers.accounting.models.accounts import (
    Account,
    CostObject,
    ExchangeRate,
    PostingDefault,
    Section,
    TaxRate,
)
from onmaru.ledgers.accounting.models.entries import Entry, Line, Seal, Tail
from onmaru.ledgers.accounting.models.matching import Match, OpenItem
from onmaru.ledgers.accounting.models.periods import FiscalYear, Period
from onmaru.ledgers.accounting.models.projections import DayBalance, MonthBalance

__all__ = [
    "Account",
    "CostObject",
    "DayBalance",
    "Entry",
    "ExchangeRate",
    "FiscalYear",
    "Line",
    "Match",
    "MonthBalance",
    "OpenItem",
    "Period",
    "PostingDefault",
    "Seal",
    "Section",
    "Tail",
    "TaxRate",
]
