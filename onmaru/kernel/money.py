"""Money is a Decimal with its currency in the column beside it: rounding, sharing out, reading and writing.

There is no Money class: every row that holds an amount already holds its currency, so a pair would be stored once
and unpacked everywhere. Digits are the decimals of a currency; a negative number of digits cuts before the point
(-1 cuts below ten won, as social insurance does).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from babel.numbers import get_currency_precision, get_currency_symbol, is_currency
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals

Mode = Literal["half_up", "down", "up"]
MODES: dict[Mode, str] = {"half_up": ROUND_HALF_UP, "down": ROUND_DOWN, "up": ROUND_UP}

AMOUNT_UNREADABLE = refusals.reason("amount_unreadable", _("“{text}” is not an amount."))
CURRENCY_UNKNOWN = refusals.reason("currency_unknown", _("There is no currency “{currency}”."))

# Wider than any numeric column, so that neither a sum nor a quantize is ever rounded by the default 28 digits.
EXACT = Context(prec=100)


@lru_cache
def minor_digits(currency: str) -> int:
    """Decimals in use for an ISO 4217 code (KRW 0, USD 2, KWD 3), from CLDR. Refuses an unknown code.

    CLDR follows practice where it differs from ISO 4217: the Iraqi dinar has 0 here and 3 on paper.
    """
    if not is_currency(currency):
        raise refusals.Refused(CURRENCY_UNKNOWN("currency", currency=currency))
    return get_currency_precision(currency)


def round_money(amount: Decimal, digits: int, mode: Mode = "half_up") -> Decimal:
    """``amount`` with ``digits`` decimals. Modes work on the size, so a credit note mirrors its invoice:
    half_up (0.5 → 1, -0.5 → -1), down (the Korean cut below one won), up.
    """
    rounded = amount.quantize(Decimal((0, (1,), -digits)), MODES[mode], EXACT)
    return abs(rounded) if rounded.is_zero() else rounded


def _units(total: Decimal, digits: int) -> int:
    """``total`` counted in its smallest coin. Raises ValueError when it is finer than that."""
    if round_money(total, digits, "down") != total:
        raise ValueError(f"{total} has more than {digits} decimals")
    return int(total.scaleb(digits, EXACT))


def allocate(total: Decimal, weights: Sequence[Decimal], digits: int) -> list[Decimal]:
    """Share ``total`` out by ``weights`` so that the shares add up exactly (largest remainder, first come first).

    Weights that are all zero share equally. Raises ValueError for no weights, a negative weight, or a total finer
    than ``digits``.
    """
    if not weights or min(weights) < 0:
        raise ValueError("allocate needs weights, none of them negative")
    units = _units(abs(total), digits)
    parts = [Fraction(weight) for weight in weights] if any(weights) else [Fraction(1)] * len(weights)
    whole = sum(parts)
    exact = [units * part / whole for part in parts]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: shares[i] - exact[i])
    for i in by_remainder[: units - sum(shares)]:
        shares[i] += 1
    sign = int(total < 0)
    return [Decimal((sign if share else 0, Decimal(share).as_tuple().digits, -digits)) for share in shares]


def split_inclusive(total: Decimal, rate: Decimal, digits: int, mode: Mode = "half_up") -> tuple[Decimal, Decimal]:
    """Supply and tax of a price that includes tax: supply = round(total ÷ (1 + rate)), tax is the remainder.

    ``rate`` is a fraction (0.1). Korean practice for VAT-inclusive prices (부가가치세법 제29조 제7항: 110분의 100).
    Raises ValueError when the total is finer than ``digits``.
    """
    _units(total, digits)
    supply = round_money(EXACT.divide(total, 1 + rate), digits, mode)
    return supply, EXACT.subtract(total, supply)


DIGITS_KO = "영일이삼사오육칠팔구"
SMALL_KO = ("", "십", "백", "천")
LARGE_KO = ("", "만", "억", "조", "경")


def in_words_ko(amount: Decimal) -> str:
    """An amount in won for a document: 1,200,000 → 금 일백이십만원정.

    Every 일 is written, so that nothing can be inserted afterwards. Raises ValueError for fractions, negatives and
    10^20 and more.
    """
    digits = str(_units(amount, 0))
    if amount < 0 or len(digits) > 4 * len(LARGE_KO):
        raise ValueError(f"{amount} cannot be written in words")
    words = ""
    for place, digit in zip(reversed(range(len(digits))), digits, strict=True):
        words += DIGITS_KO[int(digit)] + SMALL_KO[place % 4] if digit != "0" else ""
        if place % 4 == 0 and int(digits[max(0, len(digits) - place - 4) : len(digits) - place]):
            words += LARGE_KO[place // 4]
    return f"금 {words or DIGITS_KO[0]}원정"


_NEGATIVE = re.compile(r"[-−–△▲](?P<signed>.*)|(?P<trailing>.*)-|\((?P<bracketed>.*)\)")
_UNIT = re.compile(r"^(?:[A-Z]{3}|(?:US|JP|CN)?[₩$¥€£원\\])|(?:[A-Z]{3}|원정?|달러|[₩$¥€£])$")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_SECTION = re.compile(rf"(?P<number>{_NUMBER})?(?P<small>[십백천]?)")
_SCALES = {unit: Decimal(10) ** (4 * power) for power, unit in enumerate(LARGE_KO)}
_SMALL = {unit: Decimal(10) ** power for power, unit in enumerate(SMALL_KO)}


def parse_amount(text: str, field: str = "") -> Decimal:
    """Read what a person typed or pasted: 1,234,567 · △1,234 · (1,234) · 1,234- · ₩1,234 · 120만원 · 1억 2천5백만.

    Forgiving about signs, symbols and units, never a guess about digits: 1.234,56 and 12,34 are refused.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    bare = _UNIT.sub("", plain)
    negative = _NEGATIVE.fullmatch(bare)
    body = _UNIT.sub("", next(part for part in negative.groups() if part is not None)) if negative else bare
    amount = _read(body) if len(body) <= 40 else None
    if amount is None:
        raise refusals.Refused(AMOUNT_UNREADABLE(field, text=text[:40]))
    return -amount if negative and amount else amount


def _read(body: str) -> Decimal | None:
    """The value of digits with optional 만·억·조 units in falling order, or None when it is something else."""
    total, ceiling = Decimal(0), Decimal("Infinity")
    pieces = re.split(r"([만억조경])", body)
    for section, unit in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        if unit == "" and section == "" and len(pieces) > 1:
            continue
        value = _read_section(section)
        if value is None or _SCALES[unit] >= ceiling or value * _SCALES[unit] >= ceiling:
            return None
        total, ceiling = total + value * _SCALES[unit], _SCALES[unit]
    return total


def _read_section(section: str) -> Decimal | None:
    """Digits with 천·백·십 in falling order (2천5백, 1,200천), None when unreadable; an empty one counts once (만)."""
    if section == "":
        return None
    total, ceiling, at = Decimal(0), Decimal("Infinity"), 0
    while at < len(section):
        match = _SECTION.match(section, at)
        if match is None or match.end() == at or _SMALL[match["small"]] >= ceiling:
            return None
        number = Decimal((match["number"] or "1").replace(",", ""))
        total, ceiling, at = total + number * _SMALL[match["small"]], _SMALL[match["small"]], match.end()
    return total


@lru_cache
def _symbol(currency: str, language: str) -> str:
    return get_currency_symbol(currency, "ko" if language.startswith("ko") else "en")


def format_amount(
    amount: Decimal, currency: str, language: str, *, symbol: bool = True, statement: bool = False
) -> str:
    """₩1,234,567 for people: the currency's decimals, commas, and its symbol unless the column says it already.

    A financial statement writes negatives as △1,234 in Korean and (1,234) in English; elsewhere it is -1,234.
    """
    rounded = round_money(amount, minor_digits(currency))
    figure = f"{_symbol(currency, language) if symbol else ''}{abs(rounded):,f}"
    if rounded >= 0:
        return figure
    if not statement:
        return f"-{figure}"
    return f"△{figure}" if language.startswith("ko") else f"({figure})"
