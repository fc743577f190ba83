"""What rooms above answer: key figures that no list adds up, such as the cash in hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onmaru.kernel.identity import Actor
from onmaru.workbench.fields import Text


@dataclass(frozen=True)
class Amount:
    """A figure in one currency ("" for a number), and what it was that much earlier, where that is known."""

    value: Decimal
    currency: str = ""
    before: Decimal | None = None


@dataclass(frozen=True)
class KeyFigure:
    """A figure under a name. Who lacks ``permission`` ("" for none) is not told; ``href`` leads to its parts."""

    name: str
    label: Text
    permission: str
    read: Callable[[Actor, date], Sequence[Amount]]
    href: str = ""


figures: dict[str, KeyFigure] = {}
"""All key figures by name."""


def register(figure: KeyFigure) -> None:
    """Offer a key figure to every dashboard."""
    figures[figure.name] = figure
