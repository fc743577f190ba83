"""A pivot as a chart draws it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from onmaru.office.pivot.queries.table import Head, Table


def drawn(table: Table) -> dict[str, Any]:
    """The outermost rows as the chart draws them: a series for each column of the first figure.

    ``unit`` says what is drawn and which other currencies are not, ``currency`` is that of amounts.
    """
    first = [at for at, one in enumerate(table.heads) if one.place == 0 and _is_drawn(table, one)]
    outer = [line for line in table.lines if len(line.path) == 1]
    names = [_series(table, at) for at in first]
    return {
        "unit": _unit(table, table.heads[first[0]]) if first else "",
        "currency": table.heads[first[0]].currency or "" if first else "",
        "rows": [line.label for line in outer],
        "series": [
            {"name": name, "data": [float(line.figures[at] or 0) for line in outer]}
            for name, at in zip(names, first, strict=True)
        ],
    }


def _unit(table: Table, head: Head) -> str:
    others = [one for one in table.currencies if head.currency and one != head.currency]
    words = table.head_text(head)
    return _("{what} (without {others})").format(what=words, others=", ".join(others)) if others else words


def _is_drawn(table: Table, head: Head) -> bool:
    """Whether the chart has a series for a column: not for totals, of amounts for the most used currency only."""
    return len(head.path) == len(table.layout.across) and head.currency in {None, table.currency}


def _series(table: Table, at: int) -> str:
    """What a column is called by all that stands above it."""
    words = []
    for band in table.bands:
        reach = 0
        for label, span in band:
            reach += span
            if at < reach:
                words.append(label)
                break
    return " · ".join(words) or table.head_text(table.heads[at])
