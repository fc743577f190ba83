"""Rows of the stock ledger."""

from onmaru.ledgers.stock.models.adjustments import (
    CostAdjustment,
    StandardCost,
    StockDocument,
    ValuationPolicy,
)
from onmaru.ledgers.stock.models.moves import Lot, Move
from onmaru.ledgers.stock.models.places import Quant, Reservation
from onmaru.ledgers.stock.models.valuation import Pile, Valuation

__all__ = [
    "CostAdjustment",
    "Lot",
    "Move",
    "Pile",
    "Quant",
    "Reservation",
    "StandardCost",
    "StockDocument",
    "Valuation",
    "ValuationPolicy",
]
