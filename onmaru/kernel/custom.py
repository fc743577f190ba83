"""The fields that a company adds to its records: kept in one column, written by the records' own commands.

Which fields there are is not the kernel's to know: a room above answers by ``readers``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models.expressions import DatabaseDefault

from onmaru.kernel import refusals, sql, work
from onmaru.kernel.models import Extended
from onmaru.kernel.refusals import Refusal
from onmaru.kernel.sealed import Sealed

PREFIX = "x_"  # no field of the house's own begins so
SEALED = "sealed"  # {"sealed": …} is what the column keeps of an encrypted value

Values = Mapping[str, Any]
Held = Mapping[Any, Values]
Stored = tuple[dict[str, Any], list[Refusal]]
Reader = Callable[[type[models.Model], Sequence[Values]], list[Stored]]
readers: list[Reader] = []
"""What turns values of several rows of a kind into what their column keeps, with a reason for each that is unfit."""


def read(model: type[models.Model] | None, given: Sequence[Values]) -> list[Stored]:
    """What the column of each row keeps of the values given for it, and every reason why not."""
    if not any(given):
        return [({}, []) for _values in given]
    if model is None or not issubclass(model, Extended) or not readers:
        return [({}, [refusals.FIELD_UNKNOWN(name, label=name) for name in values]) for values in given]
    return readers[0](model, given)


def of_lines(
    parent: models.Model, model: type[models.Model], rows: Collection[Values], held: Held, name: str = "lines"
) -> tuple[list[dict[str, Any]], list[Refusal]]:
    """What the lines keep that ``rows`` tell of: what each ``held`` by its id, and what its row gives.

    The reasons stand at their cells (``lines.3.x_colour``); what changes of a line goes into the parent's history.
    """
    given = [{key: one for key, one in row.items() if key.startswith(PREFIX)} for row in rows]
    kept: list[dict[str, Any]] = []
    found: list[Refusal] = []
    changes: dict[str, Any] = {}
    for place, (row, (stored, reasons)) in enumerate(zip(rows, read(model, given), strict=True)):
        old = held.get(row.get("id"))
        kept.append(_merged(old or {}, stored))
        found += refusals.at(f"{name}.{place}.", reasons)
        if old is not None:
            told = spread({"custom": [old, kept[place]]})
            changes |= {f"{name}.{place + 1}.{key}": pair for key, pair in told.items()}
    if changes:
        work.lined(parent, changes)
    return kept, found


def of(record: Any) -> Mapping[str, Any]:
    """What a record keeps of its company's own fields; nothing for one that was only just made."""
    found = getattr(record, "custom", None)
    return {} if found is None or isinstance(found, DatabaseDefault) else found


def value(record: Any, name: str) -> Any:
    """What a record keeps in one of them, as ``plain`` reads it."""
    return plain(of(record).get(name))


def plain(kept: Any) -> Any:
    """A value as the column keeps it: what is encrypted as its mask, which opens, a file by its name."""
    return (Sealed(kept[SEALED]) if SEALED in kept else kept.get("name")) if isinstance(kept, dict) else kept


def keep(record: Any, stored: Mapping[str, Any], *, made: bool) -> None:
    """Put values on the subject of a command, which its wrapper writes, or on a record just ``made``, written here.

    A value of None is left out, so that a field never filled and one emptied are the same.
    """
    record.custom = _merged(of(record), stored)
    if made:
        sql.update(record, ["custom"])


def _merged(held: Values, stored: Values) -> dict[str, Any]:
    return {name: value for name, value in {**held, **stored}.items() if value is not None}


def spread(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes of a record with those of its own fields each by its name, as its history tells them."""
    if "custom" not in changes:
        return changes
    old, new = (one or {} for one in changes.pop("custom"))
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return changes | {name: [old.get(name), new.get(name)] for name in names}
