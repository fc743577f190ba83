"""What stands in the columns of a board, since when, and how long others stood there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from onmaru.kernel import permissions, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow
from onmaru.workbench import filters, groups, keys, shown
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.groups import Dimension, Measure
from onmaru.workbench.listing import CHEAP

KINDS = ("state", "choice", "boolean", "reference")
MOST_STACKS = 20
CARDS = 20
SAMPLE = 300  # the latest records, whose past tells how long a stay is usual
ENOUGH = 3  # stays that were ended, before a median says anything
EMPTY = "*"


@dataclass
class Stack:
    """One column of a board: ``key`` stands for its value in addresses, ``sums`` are its amounts by currency;
    ``count`` is None and there are no sums where counting all would be dear."""

    value: Any
    key: str
    label: str
    count: int | None = 0
    sums: list[str] = field(default_factory=list)
    records: Sequence[Any] = ()
    next: str | None = None


@dataclass(frozen=True)
class Stays:
    """Since when records stand where they stand, and how long it was usual to stay, by the stored value."""

    since: Mapping[int, datetime]
    usual: Mapping[Any, timedelta]


def columns_of(entity: Entity) -> list[Column]:
    """What a board of the entity may go by, the declared one first, then the state, choices and references."""
    declared = entity.board.name if entity.board else ""
    found = [one for one in entity.filter_columns.values() if one.kind in KINDS and one.path]
    return sorted(found, key=lambda one: (one.name != declared, KINDS.index(one.kind), "." in one.name))


def stacks(
    found: QuerySet[Any], column: Column, by: Actor, money: Column | None, *, exact: bool = False
) -> list[Stack]:
    """The columns of a board with count and sum, without their cards: two queries, one more for names.

    As in a list, more than ``listing.CHEAP`` records are counted only when ``exact`` asks; the columns of references
    are then those that the newest of them point to.
    """
    newest = None if exact or found.order_by()[: CHEAP + 1].count() <= CHEAP else CHEAP
    currency = groups.currency_of(money) if money else ""
    measures = [Measure(), *([Measure("sum", money)] if money else [])]
    dimensions: list[Dimension | str] = [Dimension(column), *([currency] if currency else [])]
    answer = groups.of(
        found, dimensions, measures, [(0,), (0, 1)] if currency else [(0,)], 20 * MOST_STACKS, newest
    )
    kept = {one.keys[0]: one.figures for one in answer if len(one.keys) == 1}
    made = [_stack(column, value, name) for value, name in _values(column, [*kept], by)]
    if newest:
        return [replace(one, count=None) for one in made]
    for stack in made:
        figures = kept.get(stack.value, (0, 0))
        stack.count = figures[0]
        stack.sums = [] if currency or not money else [shown.amount(figures[1] or Decimal(0))]
    _add_sums(made, [one for one in answer if len(one.keys) == 2])
    return made


def _stack(column: Column, value: Any, name: str) -> Stack:
    nothing = value is None or value == ""
    key = EMPTY if nothing else str(value).lower() if column.kind == "boolean" else str(value)
    return Stack(value, key, _("None") if nothing else name)


def _values(column: Column, met: list[Any], by: Actor) -> list[tuple[Any, str]]:
    """All choices in their order, or the records that most point to; what is none of them last."""
    if column.model is not None:
        most = [one for one in met if one is not None][:MOST_STACKS]
        names = groups.names_of(column.model, set(most), by)
        known = sorted(((one, names.get(one, f"#{one}")) for one in most), key=lambda pair: pair[1])
    elif column.kind == "boolean":
        known = [(True, _("Yes")), (False, _("No"))]
    else:
        known = [(value, str(label)) for value, label in column.choices if value not in (None, "")]
    return known + [(one, "") for one in met if one in (None, "")][:1]


def _add_sums(made: list[Stack], answer: Sequence[groups.Group]) -> None:
    by_value = {one.value: one for one in made}
    for one in sorted((one for one in answer if one.keys[1]), key=lambda one: one.keys[1]):
        value, currency = one.keys
        if value in by_value and one.figures[1]:
            by_value[value].sums.append(shown.told(one.figures[1], currency))


def fill(stack: Stack, found: QuerySet[Any], column: Column, order: keys.Order, after: str = "") -> Stack:
    """Put the next cards on a stack: one query. Raises Refused for a bad cursor."""
    cut = keys.cut(found.filter(_is(column, stack.value)), order, CARDS, after)
    stack.records, stack.next = cut.records, cut.next
    return stack


def _is(column: Column, value: Any) -> Q:
    if value is None or value == "":
        nothing = Q(**{f"{column.path}__isnull": True})
        return nothing | Q(**{column.path: ""}) if filters.holds_text(column) else nothing
    return Q(**{column.path: value})


def stays(entity: Entity, column: Column, by: Actor, records: Sequence[Any]) -> Stays:
    """Since when ``records`` have their value, and the median of how long others kept theirs: two queries.

    Both are read from the history: of the records shown and of the latest ones that the actor may see.
    """
    if column.source is None or "__" in column.path or not hasattr(entity.model, "created_at"):
        return Stays({}, {})
    rows = permissions.visible(entity.model._default_manager.order_by("-pk"), by)
    since = dict(rows.values_list("pk", "created_at")[:SAMPLE]) | {one.pk: one.created_at for one in records}
    ended = defaultdict(list)
    name = column.source.attname
    history = AuditRow.objects.filter(
        subject_kind=work.kind_of(entity.model), subject_id__in=[*since], changes__has_key=name
    )
    for subject, at, (old, _new) in history.order_by("id").values_list(
        "subject_id", "at", f"changes__{name}"
    ):
        ended[old].append(at - since[subject])
        since[subject] = at
    return Stays(since, {value: median(found) for value, found in ended.items() if len(found) >= ENOUGH})
