"""How a paper writes days and amounts, in the language active now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from django.utils.translation import pgettext

from onmaru.kernel import i18n, money
from onmaru.kernel.quantity import format_quantity

Pair = tuple[str, str]


def language() -> str:
    """The language active now, of the two that papers speak."""
    return "ko" if i18n.korean() else "en"


def day(on: date | None) -> str:
    """2026년 11월 20일 or November 20, 2026; empty for no day."""
    return format_date(on, "long", locale=language()) if on else ""


def told(*pairs: Pair) -> list[Pair]:
    """The pairs of label and value that have a value."""
    return [pair for pair in pairs if pair[1]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Writes the amounts of one paper: its currency, and the decimals its company keeps of that."""

    currency: str
    digits: int

    def amount(self, value: Decimal, *, symbol: bool = False, digits: int | None = None) -> str:
        """1,234, with △ or brackets below zero; without symbol where the head of the table says the currency."""
        digits = self.digits if digits is None else digits
        return money.format_amount(
            value, self.currency, language(), symbol=symbol, statement=True, digits=digits
        )

    def price(self, value: Decimal) -> str:
        """A unit price: finer than the currency where it was agreed so."""
        return self.amount(
            value, digits=max(self.digits, -int(value.normalize(money.EXACT).as_tuple().exponent))
        )

    def count(self, quantity: Decimal) -> str:
        """A quantity, with the sign that the amounts beside it have."""
        size = format_quantity(abs(quantity))
        return size if quantity >= 0 else f"△{size}" if language() == "ko" else f"({size})"

    def words(self, value: Decimal) -> str:
        """금 일백이십만원정, which nobody can alter: the size of an amount in won, in Korean only."""
        won = self.currency == "KRW" and language() == "ko" and not self.digits
        return money.in_words_ko(abs(value)) if won else ""

    def band(self, total: Decimal, remark: str) -> dict[str, str]:
        """What the paper comes to, said so that it is seen first."""
        label = pgettext("print", "Total") if total >= 0 else pgettext("print", "Total credit")
        return {
            "label": label,
            "words": self.words(total),
            "figure": self.amount(total, symbol=True),
            "remark": remark,
        }

    def unit(self) -> str:
        """What the amounts of a table are counted in."""
        name = pgettext("print", "KRW") if self.currency == "KRW" else self.currency
        return pgettext("print", "Amounts in {currency}").format(currency=name)
