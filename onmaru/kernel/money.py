"""Money is a Decimal with its currency in the column beside it: rounding, sharing out, reading and writing.

There is no Money class: every row that holds an amount already holds its currency, so a pair would be packed
and unpacked everywhere. Digits are the decimals of a currency; a negative number of digits cuts before the
point (-1 cuts below ten won, as social insurance does).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
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

# Wider than any numeric column: the default 28 digits would round a sum silently and fail to quantize.
EXACT = Context(prec=100)


@lru_cache
def minor_digits(currency: str) -> int:
    """Decimals in use for an ISO 4217 code (KRW 0, USD 2, KWD 3), from CLDR. Refuses an unknown code.

    CLDR follows practice where it differs from ISO 4217: the Iraqi dinar has 0 here and 3 on paper.
    """
    if not is_currency(currency):
        raise refusals.Refused(CURRENCY_UNKNOWN("currency", currency=currency))
    return get_currency_precision(currency)


def check_currency(currency: str, field: str = "currency") -> refusals.Refusal | None:
    """Why ``currency`` is no ISO 4217 code; an empty one is for the model to judge."""
    return None if not currency or is_currency(currency) else CURRENCY_UNKNOWN(field, currency=currency)


def round_money(amount: Decimal | Fraction, digits: int, mode: Mode = "half_up") -> Decimal:
    """``amount`` with ``digits`` decimals. Modes work on the size, so a credit note mirrors its invoice:
    half_up (0.5 → 1, -0.5 → -1), down (the Korean cut below one won), up.
    """
    if isinstance(amount, Fraction):
        amount = EXACT.divide(Decimal(amount.numerator), Decimal(amount.denominator))
    rounded = amount.quantize(Decimal((0, (1,), -digits)), MODES[mode], EXACT)
    plain = rounded.quantize(Decimal(1), context=EXACT) if digits < 0 else rounded
    return abs(plain) if plain.is_zero() else plain


def _units(total: Decimal, digits: int) -> int:
    """``total`` counted in its smallest coin. Raises ValueError when it is finer than that."""
    if round_money(total, digits, "down") != total:
        raise ValueError(f"{total} has more than {digits} decimals")
    return int(total.scaleb(digits, EXACT))


def allocate(total: Decimal, weights: Sequence[Decimal], digits: int) -> list[Decimal]:
    """Share ``total`` out by ``weights`` so that the shares add up: largest remainder, then first come.

    Weights that are all zero share equally. Raises ValueError for no weights, a negative weight, or a total
    finer than ``digits``.
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


def share(
    amount: Decimal, part: Decimal | Fraction, of: Decimal, digits: int, mode: Mode = "half_up"
) -> Decimal:
    """What ``part`` out of ``of`` carries of ``amount``, rounded once; all of it carries all, to the last coin.

    The shares of a growing part differ by amounts that add up to the whole.
    """
    return (
        amount if part == of else round_money(Fraction(amount) * Fraction(part) / Fraction(of), digits, mode)
    )


def split_inclusive(
    total: Decimal, rate: Decimal, digits: int, mode: Mode = "half_up"
) -> tuple[Decimal, Decimal]:
    """Supply and tax of a price that includes tax: supply = round(total ÷ (1 + rate)), tax is the remainder.

    ``rate`` is a fraction (0.1). For prices that include VAT: 부가가치세법 제29조 제7항, 110분의 100.
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

    Every 일 is written, so that nothing can be inserted later. Raises ValueError for fractions, negatives
    and 10^20 and more.
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


_NEGATIVE = re.compile(r"[-−–△▲](.*)|(.*)[-−–]|\((.*)\)")
_CURRENCY = r"KRW|USD|EUR|JPY|CNY|GBP|(?:US|JP|CN)?[₩$¥€£\\]"
_UNIT = re.compile(rf"^(?:금|\+|{_CURRENCY})|(?:원정?|달러|{_CURRENCY})$")
_NUMBER = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?|\.\d+", re.ASCII)


def parse_amount(text: str, field: str = "") -> Decimal:
    """Read what a person typed or pasted: 1,234,567 · △1,234 · (1,234) · ₩1,234 · 120만원 · 1억 2천5백만.

    Forgiving about signs, symbols and units, never a guess about digits: refuses 1.234,56 and 12,34.
    """
    bare = _UNIT.sub("", re.sub(r"\s", "", unicodedata.normalize("NFKC", text[:100])))
    negative = _NEGATIVE.fullmatch(bare)
    body = _UNIT.sub("", "".join(filter(None, negative.groups()))) if negative else bare
    large = {unit: 4 * power for power, unit in enumerate(LARGE_KO)}
    amount = _read_units(body, large, _read_small) if body and len(text) <= 100 else None
    if amount is None:
        raise refusals.Refused(AMOUNT_UNREADABLE(field, text=text[:40]))
    return -amount if negative and amount else amount


def _read_small(body: str) -> Decimal | None:
    return _read_units(body, {unit: power for power, unit in enumerate(SMALL_KO)}, _read_number)


def _read_number(body: str) -> Decimal | None:
    return Decimal(body.replace(",", "")) if _NUMBER.fullmatch(body) else None


def _read_units(body: str, powers: dict[str, int], read: Callable[[str], Decimal | None]) -> Decimal | None:
    """The sum of pieces whose units fall (2천5백); a unit alone counts once (백만). None when unreadable."""
    total, ceiling = Decimal(0), Decimal("Infinity")
    pieces = re.split(f"([{''.join(powers)}])", body)
    for piece, unit in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        if not piece and not unit:
            break
        count = read(piece) if piece else Decimal(1)
        if count is None or (value := EXACT.scaleb(count, powers[unit])) >= ceiling:
            return None
        total, ceiling = EXACT.add(total, value), Decimal(10) ** powers[unit]
    return total


@lru_cache
def _symbol(currency: str, language: str) -> str:
    return get_currency_symbol(currency, "ko" if language.startswith("ko") else "en")


def format_amount(
    amount: Decimal,
    currency: str,
    language: str,
    *,
    symbol: bool = True,
    statement: bool = False,
    digits: int | None = None,
) -> str:
    """₩1,234,567 for people: the currency's decimals (or ``digits``), commas, and its symbol unless the column says it.

    A financial statement writes negatives as △1,234 in Korean and (1,234) in English; elsewhere it is -1,234.
    """
    rounded = round_money(amount, minor_digits(currency) if digits is None else digits)
    figure = f"{_symbol(currency, language) if symbol else ''}{abs(rounded):,f}"
    if rounded >= 0:
        return figure
    if not statement:
        return f"-{figure}"
    return f"△{figure}" if language.startswith("ko") else f"({figure})"
