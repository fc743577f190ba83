"""What a dry run says it would write, as tables that a bookkeeper and a storekeeper read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from onmaru.kernel import quantity
from onmaru.workbench import shown


@dataclass(frozen=True)
class Table:
    """A heading, a few words, and rows of text; ``ends`` are the columns that stand to the right."""

    title: str
    note: str
    heads: list[str]
    rows: list[list[str]]
    foot: list[str] = field(default_factory=list)
    ends: set[int] = field(default_factory=set)


def tables(effects: Sequence[Mapping[str, Any]]) -> list[Table]:
    """A table for each entry; the stock moves together in one; anything else by its own words."""
    entries = [_entry(one) for one in effects if "lines" in one]
    moves = [one for one in effects if str(one.get("kind", "")).endswith(".move")]
    others = [one for one in effects if "lines" not in one and one not in moves]
    return entries + ([_moves(moves)] if moves else []) + [_other(one) for one in others]


def _entry(effect: Mapping[str, Any]) -> Table:
    lines, unit, sides = _merged(effect["lines"]), str(effect.get("currency", "")), ("debit", "credit")
    sums = [sum((one.get(side) or Decimal(0) for one in lines), Decimal(0)) for side in sides]
    return Table(
        _("Entry"),
        str(effect.get("posted_on", "")),
        [_("Account"), _("Debit"), _("Credit")],
        [[_name(one, "account"), *(_amount(one[side], unit) for side in sides)] for one in lines],
        [_("Total"), *(_amount(one, unit) for one in sums)],
        {1, 2},
    )


def _merged(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A line for each account and side: forty postings to one account are one figure to whoever looks it over."""
    found: dict[tuple[Any, bool], dict[str, Any]] = {}
    for one in lines:
        debit, credit = one.get("debit") or Decimal(0), one.get("credit") or Decimal(0)
        row = found.setdefault(
            (one.get("account"), bool(debit)), {**one, "debit": Decimal(0), "credit": Decimal(0)}
        )
        row["debit"] += debit
        row["credit"] += credit
    return list(found.values())


def _moves(moves: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        [_name(one, "product"), _name(one, "source"), _name(one, "destination"), _count(one.get("quantity"))]
        for one in moves
    ]
    return Table(
        _("Stock moves"),
        "",
        [_("Product"), pgettext("stock move", "From"), pgettext("stock move", "To"), _("Quantity")],
        rows,
        ends={3},
    )


def _other(effect: Mapping[str, Any]) -> Table:
    title = str(effect.get("label") or effect.get("kind", ""))
    return Table(title, "", [], [[str(k), str(v)] for k, v in effect.items() if k not in {"kind", "label"}])


def _name(row: Mapping[str, Any], key: str) -> str:
    found = row.get(f"{key}_name") or row.get(key)
    return "" if found is None else str(found)


def _amount(value: Decimal | None, currency: str) -> str:
    return shown.told(value, currency) if value else ""


def _count(value: Decimal | None) -> str:
    return "" if value is None else quantity.format_quantity(value)
