"""What a query string asks of a list, read into conditions; every part of it that cannot be read is a reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import GenericIPAddressField, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import finding, parts, permissions, refusals, sql
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Record
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.workbench import fields, shown, sight, values, wording
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.fields import Field
from onmaru.workbench.phrases import Span
from onmaru.workbench.references import References

FILTER_UNKNOWN = refusals.reason("filter_unknown", _("This list has no filter “{name}”."))
SORT_UNKNOWN = refusals.reason("sort_unknown", _("This list cannot be sorted by “{name}”."))
LIMIT_INVALID = refusals.reason("limit_invalid", _("A page holds 1 to {largest} records."))
COLUMN_UNKNOWN = refusals.reason("column_unknown", _("There is no column “{name}” here."))

# The second line is what faces ask for themselves (see views/faces): how they lay the same records out.
RESERVED = {"q", "sort", "after", "before", "limit", "count", "fields", "include", "whole"} | {
    *("face", "by", "span", "on", "down", "across", "measure", "view", "group", "widths", "lines")
}
RANGE = {"", "in", "not", "gt", "gte", "lt", "lte", "empty"}
TESTS: Mapping[str, set[str]] = {
    "text": {"", "in", "not", "contains", "empty"},
    "boolean": {"", "empty"},
    "reference": {"", "in", "not", "empty"},
    "choice": {"", "in", "not", "empty"},
    "state": {"", "in", "not", "empty"},
    "integer": RANGE,
    "money": RANGE,
    "quantity": RANGE,
    "date": RANGE,
    "datetime": RANGE,
    "json": {"", "in", "not", "empty"},
}
LARGEST = 500
MOST_VALUES = 200


@dataclass(frozen=True)
class Filter:
    """One filter as applied: what the filter bar shows and the address says. ``texts`` are the values in words."""

    column: Column
    test: str
    raw: list[str]
    texts: list[str]

    @property
    def parameter(self) -> str:
        """Its name in the query string: ``ordered_on__gte``."""
        return self.column.name + (f"__{self.test}" if self.test else "")


@dataclass
class Query:
    """A query string understood: ``condition`` holds filters and search together, ``broad`` is the search's."""

    condition: Q = field(default_factory=Q)
    search: str = ""
    broad: bool = False
    sort: str = ""
    after: str = ""
    before: str = ""
    limit: int = 50
    count: bool = False
    group: str = ""
    fields: list[str] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)


def read(entity: Entity, by: Actor, params: Any) -> Query:
    """Understand ``params`` (a QueryDict or a dict of texts or lists); what cannot be is in ``problems``."""
    given, entity = _lists(params), sight.of(entity, by)
    query = Query(
        search=_last(given, "q").replace("\0", "").strip()[:200], sort=_last(given, "sort") or entity.order
    )
    query.after, query.before = _last(given, "after"), _last(given, "before")
    query.count = _last(given, "count").casefold() in values.YES
    query.group = _last(given, "group")
    query.fields = [name.strip() for name in ",".join(given.get("fields", [])).split(",") if name.strip()]
    _limit(query, _last(given, "limit"))
    if query.sort.lstrip("-") not in entity.sort_columns:
        query.problems.append(SORT_UNKNOWN("sort", name=query.sort[:60]))
        query.sort = entity.order
    known = finding.Known(query.search, hidden=by.hidden)
    query.condition, query.broad = found_by(entity, known), known.broad
    references = References(by)
    for name, raw in given.items():
        if name not in RESERVED:
            _filter(query, entity, name, raw, references)
    return query


def _lists(params: Any) -> dict[str, list[str]]:
    if hasattr(params, "lists"):
        return {name: [str(one) for one in raw] for name, raw in params.lists()}
    return {
        name: [str(one) for one in (raw if isinstance(raw, list | tuple) else [raw])]
        for name, raw in params.items()
    }


def _last(given: Mapping[str, list[str]], name: str) -> str:
    return given.get(name, [""])[-1]


def _limit(query: Query, raw: str) -> None:
    if not raw:
        return
    if raw.isascii() and raw.isdigit() and len(raw) < 6 and 1 <= int(raw) <= LARGEST:
        query.limit = int(raw)
    else:
        query.problems.append(LIMIT_INVALID("limit", largest=LARGEST))


def find_column(entity: Entity, name: str) -> Column | None:
    """The column that may be filtered by under this name."""
    return entity.filter_columns.get(name) or entity.key_columns.get(name)


def _filter(query: Query, entity: Entity, name: str, raw: list[str], references: References) -> None:
    word, _separator, test = name.partition("__")
    column = find_column(entity, word)
    if column is None or test not in TESTS.get(column.kind, {""}):
        query.problems.append(FILTER_UNKNOWN(name[:60], name=name[:60]))
        return
    if test == "in":
        raw = [part for text in raw for part in text.split(",")]
    raw = [text for text in raw if text.strip()][:MOST_VALUES]
    if not raw:
        return
    try:
        condition, texts = _in_words(column, test, raw, references)
    except Refused as refused:
        query.problems += [dataclasses.replace(reason, field=name) for reason in refused.reasons]
        return
    query.condition &= condition
    query.filters.append(Filter(column, test, raw, texts))


def _in_words(column: Column, test: str, raw: list[str], references: References) -> tuple[Q, list[str]]:
    """Phrases and values side by side: any of them, or none of them."""
    said = [(text, wording.read(column, test, text)) for text in raw]
    plain = [text for text, meant in said if meant is None]
    found = [(meant[0], [meant[1]]) for _text, meant in said if meant is not None]
    found += [_condition(column, test, plain, references)] if plain else []
    conditions, texts = zip(*found, strict=True)
    return reduce(and_ if test == "not" else or_, conditions), [one for words in texts for one in words]


def _condition(column: Column, test: str, raw: list[str], references: References) -> tuple[Q, list[str]]:
    if test == "contains":
        plain = [text.replace("\0", "") for text in raw]
        return reduce(or_, (Q(**{f"{column.path}__icontains": text}) for text in plain)), raw
    if test == "empty":
        yes = values.read(Field(column.name, column.label, "boolean"), raw[-1], references)
        return _emptiness(column, yes=yes), [shown.show(Column(kind="boolean"), yes)]
    typed = dataclasses.replace(field_of(column), required=True)
    wanted = [values.read(typed, _by_id(column, text), references) for text in raw]
    show = shown.shower(column)
    texts = [show(typed.typed(value), None) for value in wanted]
    if column.kind == "datetime":
        return reduce(or_, (_on_clock(column, test, v, t) for v, t in zip(wanted, raw, strict=True))), texts
    if test in {"gt", "gte", "lt", "lte"}:
        return Q(**{f"{column.path}__{test}": wanted[-1]}), texts[-1:]
    if column.model is not None and column.source is None:
        wanted = [one.pk for one in wanted]
    if column.many:
        among = Q(**{f"{column.path}__overlap": wanted})
        return ~among if test == "not" else among, texts
    if isinstance(column.source, GenericIPAddressField):
        # As text: the database refuses to compare an address with what is none.
        among = reduce(or_, (Q(**{f"{column.path}__iexact": one}) for one in wanted))
        return ~among if test == "not" else among, texts
    among = Q(**{f"{column.path}__in": wanted}) if len(wanted) > 1 else Q(**{column.path: wanted[0]})
    return ~among if test == "not" else among, texts


def _by_id(column: Column, text: str) -> str | int:
    """A reference given as digits is meant by its id: the screens' filters and links say it so."""
    is_id = column.kind == "reference" and text.isascii() and text.isdigit()
    return int(text) if is_id and len(text) < 20 else text


def _emptiness(column: Column, *, yes: bool) -> Q:
    empty = Q(**{f"{column.path}__isnull": True})
    if holds_text(column):
        empty |= Q(**{column.path: ""})
    return empty if yes else ~empty


def holds_text(column: Column) -> bool:
    """Whether nothing may stand in the database as "" too."""
    if column.kind == "text" or column.many:
        return column.kind == "text"
    return any(isinstance(value, str) for value, _label in column.choices)


def _on_clock(column: Column, test: str, moment: datetime, raw: str) -> Q:
    """A day stands for all its hours, in the zone active now: until the 22nd includes the evening of the 22nd."""
    if ":" in raw:
        return Q(**{f"{column.path}__{test or 'exact'}": moment})
    day = timezone.localtime(moment).date()
    return wording.within(column, test, Span(day, day))


def field_of(column: Column) -> Field:
    """What can be typed to be compared with a column."""
    if column.source is not None:
        read_as = fields.of_model(column.source, column.name)
        return dataclasses.replace(read_as, kind=column.kind, label=column.label, choices=column.choices)
    kind = "choice" if column.many else column.kind
    return Field(column.name, column.label, kind, choices=column.choices, model=column.model, digits=6)


def found_by(entity: Entity, known: finding.Known) -> Q:
    """The condition for what a person typed into the search box; everything when nothing is left of it."""
    if not known.text or not entity.search_paths:
        return Q()
    found = finding.condition(entity.model, entity.search_paths, known)
    return found | _found_in_own(entity, known) if entity.searched else found


def in_own(entity: Entity, text: str) -> Any:
    """The keys of records that have every word in one of the company's own searched fields."""
    rows = entity.model._default_manager.annotate(**entity.searched).order_by()
    return rows.filter(parts.everywhere([*entity.searched], text)).values_list("pk", flat=True)


def _found_in_own(entity: Entity, known: finding.Known) -> Q:
    """Every word in one of the company's own searched fields: by ids, unless they are too many."""
    ids = in_own(entity, known.text)
    few = list(ids[: finding.MOST + 1])
    known.broad = known.broad or len(few) > finding.MOST
    return Q(pk__in=ids) if len(few) > finding.MOST else Q(sql.among("pk", few)) if few else Q(pk__in=())


def is_shapeable(model: Any) -> bool:
    """Whether records of this kind can hold fields that the company added."""
    return issubclass(model, Record)


def unread(entity: Entity) -> list[str]:
    """What a list joins but never shows: search texts, longer than all else together, and others' own fields."""
    found = ["search_text"] if finding.is_folded(entity.model) else []
    found += ["custom"] if is_shapeable(entity.model) and not entity.own else []
    joined = [(path, finding.end_of(entity.model, path)) for path in entity.joins]
    found += [f"{path}__search_text" for path, model in joined if finding.is_folded(model)]
    return found + [f"{path}__custom" for path, model in joined if is_shapeable(model)]


def visible(entity: Entity, by: Actor) -> Any:
    """The rows of an entity that an actor may see, with derived columns and joined references."""
    return permissions.visible(entity.rows(), by)
