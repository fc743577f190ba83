"""The fields that a company adds to its records: kept in one column, written by the records' own commands.

Which fields there are is not the kernel's to know: a room above answers by ``readers``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models.expressions import DatabaseDefault

from onmaru.kernel import refusals, sql
from onmaru.kernel.models import Record
from onmaru.kernel.refusals import Refusal

PREFIX = "x_"  # no field of the house's own begins so

Reader = Callable[[type[models.Model], Mapping[str, Any]], tuple[dict[str, Any], list[Refusal]]]
readers: list[Reader] = []
"""What turns values of a kind of record into what its column keeps, with a reason for each that does not fit."""


@dataclass
class Given:
    """Values given to a command for its company's own fields, as the column keeps them."""

    model: type[models.Model] | None
    values: Mapping[str, Any]
    stored: dict[str, Any] = field(init=False, default_factory=dict)
    problems: list[Refusal] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        if not self.values:
            return
        if self.model is None or not issubclass(self.model, Record) or not readers:
            self.problems = [refusals.FIELD_UNKNOWN(name, label=name) for name in self.values]
            return
        for read in readers:
            stored, problems = read(self.model, self.values)
            self.stored |= stored
            self.problems += problems


def of(record: Any) -> Mapping[str, Any]:
    """What a record keeps of its company's own fields; nothing for one that was only just made."""
    found = getattr(record, "custom", None)
    return {} if found is None or isinstance(found, DatabaseDefault) else found


def keep(record: Any, stored: Mapping[str, Any], *, made: bool) -> None:
    """Put values on the subject of a command, which its wrapper writes, or on a record just ``made``, written here.

    A value of None is left out, so that a field never filled and one emptied are the same.
    """
    merged = {**of(record), **stored}
    record.custom = {name: value for name, value in merged.items() if value is not None}
    if made:
        sql.update(record, ["custom"])


def spread(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes of a record with those of its own fields each by its name, as its history tells them."""
    if "custom" not in changes:
        return changes
    old, new = (one or {} for one in changes.pop("custom"))
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return changes | {name: [old.get(name), new.get(name)] for name in names}
