"""What a query string asks of a list, read into conditions; every part of it that cannot be read is a reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import parts, permissions, refusals, search, sql
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.workbench import fields, shown, values
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.fields import Field
from onmaru.workbench.references import References

FILTER_UNKNOWN = refusals.reason("filter_unknown", _("This list has no filter “{name}”."))
SORT_UNKNOWN = refusals.reason("sort_unknown", _("This list cannot be sorted by “{name}”."))
LIMIT_INVALID = refusals.reason("limit_invalid", _("A page holds 1 to {largest} records."))
COLUMN_UNKNOWN = refusals.reason("column_unknown", _("There is no column “{name}” here."))

RESERVED = {"q", "sort", "after", "before", "limit", "count", "fields"}
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
}
LARGEST = 500
MOST_VALUES = 200
# How many records are told by their ids, how many of the newest are looked at first, and what there is often.
MOST_FOUND = 5000
NEWEST = 1000
OFTEN = 5


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
    fields: list[str] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)


def read(entity: Entity, by: Actor, params: Any) -> Query:
    """Understand ``params`` (a QueryDict or a dict of texts or lists); what cannot be is in ``problems``."""
    given = _lists(params)
    query = Query(
        search=_last(given, "q").replace("\0", "").strip()[:200], sort=_last(given, "sort") or entity.order
    )
    query.after, query.before = _last(given, "after"), _last(given, "before")
    query.count = _last(given, "count").casefold() in values.YES
    query.fields = [name.strip() for name in ",".join(given.get("fields", [])).split(",") if name.strip()]
    _limit(query, _last(given, "limit"))
    if query.sort.lstrip("-") not in entity.sort_columns:
        query.problems.append(SORT_UNKNOWN("sort", name=query.sort[:60]))
        query.sort = entity.order
    known = Known(query.search)
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
        condition, texts = _condition(column, test, raw, references)
    except Refused as refused:
        query.problems += [dataclasses.replace(reason, field=name) for reason in refused.reasons]
        return
    query.condition &= condition
    query.filters.append(Filter(column, test, raw, texts))


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
    texts = [show(value, None) for value in wanted]
    if column.kind == "datetime":
        return reduce(
            or_, (_on_clock(column.path, test, v, t) for v, t in zip(wanted, raw, strict=True))
        ), texts
    if test in {"gt", "gte", "lt", "lte"}:
        return Q(**{f"{column.path}__{test}": wanted[-1]}), texts[-1:]
    among = Q(**{f"{column.path}__in": wanted}) if len(wanted) > 1 else Q(**{column.path: wanted[0]})
    return ~among if test == "not" else among, texts


def _by_id(column: Column, text: str) -> str | int:
    """A reference given as digits is meant by its id: the screens' filters and links say it so."""
    is_id = column.kind == "reference" and text.isascii() and text.isdigit()
    return int(text) if is_id and len(text) < 20 else text


def _emptiness(column: Column, *, yes: bool) -> Q:
    empty = Q(**{f"{column.path}__isnull": True})
    if column.kind == "text":
        empty |= Q(**{column.path: ""})
    return empty if yes else ~empty


def _on_clock(path: str, test: str, moment: datetime, raw: str) -> Q:
    """A day stands for all its hours, in the zone active now: until the 22nd includes the evening of the 22nd."""
    if ":" in raw:
        return Q(**{f"{path}__{test or 'exact'}": moment})
    day = timezone.localtime(moment).date()
    start, end = _midnight(day), _midnight(day + timedelta(days=1)) if day < date.max else moment
    within = Q(**{f"{path}__gte": start, f"{path}__lt": end})
    ways = {"gte": Q(**{f"{path}__gte": start}), "gt": Q(**{f"{path}__gte": end}), "not": ~within}
    ways |= {"lte": Q(**{f"{path}__lt": end}), "lt": Q(**{f"{path}__lt": start})}
    return ways.get(test, within)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def field_of(column: Column) -> Field:
    """What can be typed to be compared with a column."""
    if column.source is not None:
        read_as = fields.of_model(column.source, column.name)
        return dataclasses.replace(read_as, kind=column.kind, label=column.label, choices=column.choices)
    return Field(column.name, column.label, column.kind, choices=column.choices, model=column.model, digits=6)


@dataclass
class Known:
    """What was typed, and which records it means that others point to: looked up once for all that point there."""

    text: str
    broad: bool = False
    found: dict[tuple[Any, str], list[int] | None] = field(default_factory=dict)

    def meant(self, model: Any, name: str) -> list[int] | None:
        """The records of ``model`` that are meant by their column ``name``; None when they are too many."""
        if (model, name) not in self.found:
            self.found[model, name] = _few(model, _own(model, [name], self.text))
        return self.found[model, name]


def found_by(entity: Entity, known: Known) -> Q:
    """The condition for what a person typed into the search box; everything when nothing is left of it.

    What is rare is told by ids, each way of being found having been answered by its own index. What is not, or is
    looked for among few, is told in words: a page is soon full of the rows read in its order. ``broad`` says so.
    """
    if not known.text or not entity.search_paths:
        return Q()
    own = [path for path in entity.search_paths if "__" not in path]
    pointed = dict.fromkeys(_column(entity.model, path) for path in entity.search_paths if "__" in path)
    if not pointed:
        return _own(entity.model, own, known.text)
    ways = [parts.everywhere(own, known.text)] if own else []
    words = reduce(or_, [*ways, *(_in_words(*column, known.text) for column in pointed)])
    ids = None if _often(entity.model, words) else _ids(entity.model, own, pointed, known)
    if ids is not None:
        return Q(sql.among("pk", ids)) if ids else Q(pk__in=())
    known.broad = True
    return words


def _often(model: Any, words: Q) -> bool:
    """Whether enough of the newest records are found, or there are no others."""
    newest = model._default_manager.order_by("-pk")
    seen = newest.values_list(ExpressionWrapper(words, BooleanField()), flat=True)[:NEWEST]
    hits = list(seen)
    return len(hits) < NEWEST or sum(map(bool, hits)) >= OFTEN


def _ids(
    model: Any, own: list[str], pointed: Iterable[tuple[str, Any, str]], known: Known
) -> list[int] | None:
    """All that are found, by their own columns and by what they point to, unless they are too many."""
    ids = _few(model, _own(model, own, known.text)) if own else []
    for owner, target, name in pointed:
        meant = known.meant(target, name) if ids is not None else None
        if ids is None or meant is None:
            return None
        ids += sql.pointing(model, f"{owner}_id", meant, most=MOST_FOUND + 1) if meant else []
    return ids if ids is not None and len(ids) <= MOST_FOUND else None


def _few(model: Any, condition: Q) -> list[int] | None:
    rows = model._default_manager.filter(condition).order_by()
    ids = list(rows.values_list("pk", flat=True)[: MOST_FOUND + 1])
    return ids if len(ids) <= MOST_FOUND else None


def _column(model: Any, path: str) -> tuple[str, Any, str]:
    """The path to a record that is pointed to, its kind, and its column that is searched."""
    owner, _separator, name = path.rpartition("__")
    model = _at(model, owner)
    return owner, model, "search_text" if is_folded(model) else name


def _own(model: Any, names: list[str], text: str) -> Q:
    """By a record's own columns: by its search text, if it carries one, else by every word in one of them."""
    return search.condition("search_text", text) if is_folded(model) else parts.condition(model, names, text)


def _in_words(owner: str, model: Any, name: str, text: str) -> Q:
    """By a column of a record that is pointed to."""
    if name == "search_text":
        return search.condition(f"{owner}__search_text", text) or Q(**{f"{owner}__isnull": False})
    return parts.everywhere([f"{owner}__{name}"], text)


def is_folded(model: Any) -> bool:
    """Whether records of this kind carry their search text."""
    return any(one.name == "search_text" for one in model._meta.concrete_fields)


def unread(entity: Entity) -> list[str]:
    """The search texts that a list joins but never shows: they are longer than all else together."""
    found = ["search_text"] if is_folded(entity.model) else []
    return found + [f"{path}__search_text" for path in entity.joins if is_folded(_at(entity.model, path))]


def _at(model: Any, path: str) -> Any:
    """The kind of record at the end of a path of references."""
    for part in path.split("__"):
        model = model._meta.get_field(part).related_model
    return model


def visible(entity: Entity, by: Actor) -> Any:
    """The rows of an entity that an actor may see, with derived columns and joined references."""
    return permissions.visible(entity.rows(), by)
