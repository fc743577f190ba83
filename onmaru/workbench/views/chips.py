"""The filter bar: a chip for each column that filters, and addresses that keep all else as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from onmaru.workbench import fields, filters, phrases, registry, wording
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.filters import Filter, Query
from onmaru.workbench.listing import Page

PAGING = ("after", "before", "count")
RANGES = wording.DAYS | wording.NUMBERS
NEAR = (
    "today",
    "yesterday",
    "this week",
    "last week",
    "this month",
    "last month",
    "this quarter",
    "this year",
)


@dataclass(frozen=True)
class Chip:
    """One filter as the bar shows it; ``keep`` is what else the address says, ``clear`` the address without it."""

    column: Column
    words: str
    widget: str
    ways: Sequence[tuple[str, str, bool]]
    options: Sequence[tuple[str, str, bool]]
    low: str
    high: str
    text: str
    said: str
    lookup: str
    keep: Sequence[tuple[str, str]]
    clear: str

    @property
    def phrases(self) -> list[tuple[str, object]]:
        """Spans of days to be had by one click: what the address says, and its words."""
        days = self.column.kind in wording.DAYS
        return [(one, phrases.COMMON[one][2]) for one in NEAR] if days else []


@lru_cache(maxsize=4096)
def drawn(chip: Chip, entity: Entity, language: str) -> SafeString:
    """A chip as HTML. Most of them ask nothing, on every page alike: they are drawn once."""
    return SafeString(render_to_string("workbench/part/chip.html", {"chip": chip, "entity": entity}))


def chips(entity: Entity, page: Page | Query, params: QueryDict) -> list[Chip]:
    """The declared filters, and whatever else the address filters by."""
    declared = [
        entity.filter_columns[name] for name in entity.filters.split() if name in entity.filter_columns
    ]
    others = [one.column for one in page.filters if one.column not in declared]
    return [_chip(column, page, params) for column in [*declared, *dict.fromkeys(others)]]


def _chip(column: Column, page: Page | Query, params: QueryDict) -> Chip:
    applied = [one for one in page.filters if one.column.name == column.name]
    raw = {one.test: one.raw for one in applied}
    chosen = raw.get("", raw.get("not", []))
    chosen = chosen + [value for part in raw.get("in", []) for value in part.split(",")]
    empty = next((one.texts[:1] == [_("Yes")] for one in applied if one.test == "empty"), None)
    way = "contains" if not raw and _widget(column, None) == "text" else next(iter(raw), "")
    entity = registry.of_model(column.model) if column.model else None
    return Chip(
        column,
        ", ".join(told(one) for one in applied),
        _widget(column, entity),
        tuple(_ways(column, {True: "empty", False: "filled", None: way}[empty])),
        tuple((str(value), str(label), str(value) in chosen) for value, label in _options(column))
        or tuple(_held(applied)),
        "".join(raw.get("gte", [])),
        "".join(raw.get("lte", [])),
        "".join(raw.get("contains", chosen)),
        " ".join(raw.get("", raw.get("not", []))),
        entity.name if entity else "",
        tuple(kept(params, column.name)),
        query(params, drop=column.name),
    )


def _held(applied: Iterable[Filter]) -> Iterator[tuple[str, str, bool]]:
    """The records that a filter names, to be let go again; more are added by the picker below them."""
    for one in applied:
        if one.column.kind == "reference" and one.test in {"", "not", "in"}:
            yield from ((value, text, True) for value, text in zip(one.raw, one.texts, strict=True))


def _widget(column: Column, entity: Entity | None) -> str:
    if isinstance(column.choices, fields.Asked):
        return "one"
    if column.choices or column.kind == "boolean":
        return "choices"
    if column.kind in RANGES:
        return "range"
    return "reference" if column.kind == "reference" and entity else "text"


def _ways(column: Column, now: str) -> list[tuple[str, str, bool]]:
    """What a filter may say of its values: the test that the address names, in words, and the one applied now."""
    tests, many = filters.TESTS.get(column.kind, {""}), bool(column.choices or column.model)
    said = [
        ("contains", pgettext("filter", "contains")),
        ("", pgettext("filter", "is any of") if many else pgettext("filter", "is")),
        ("not", pgettext("filter", "is none of") if many else pgettext("filter", "is not")),
    ]
    found = [(test, words) for test, words in said if test in tests]
    if column.nullable or filters.holds_text(column):
        found += [("empty", pgettext("filter", "is empty")), ("filled", pgettext("filter", "is not empty"))]
    return [(test, words, test == now) for test, words in found]


def _options(column: Column) -> Iterable[tuple[object, object]]:
    if column.kind == "boolean" and not column.choices:
        return [("true", _("Yes")), ("false", _("No"))]
    return column.choices


def told(one: Filter) -> str:
    """What a filter asks, in words."""
    text = ", ".join(one.texts)
    if one.test == "empty":
        return _("empty") if one.texts[:1] == [_("Yes")] else _("not empty")
    patterns = {"contains": "“%s”", "not": _("not %s")}
    return patterns.get(one.test, wording.SIGNS.get(one.test, "").replace("%", "%%") + "%s") % text


def kept(params: QueryDict, *without: str) -> list[tuple[str, str]]:
    """The rest of the address as hidden inputs: all but these columns and the place in the list."""
    return [
        (key, value)
        for key, values in params.lists()
        for value in values
        if value and key not in PAGING and key.split("__")[0] not in without
    ]


def query(params: QueryDict, *, drop: str = "", **changed: str | None) -> str:
    """The address with something changed; it starts at the first page again unless a cursor is given."""
    fresh = QueryDict(mutable=True)
    for key, value in kept(params, drop, *changed):
        fresh.appendlist(key, value)
    for key, new in changed.items():
        if new:
            fresh[key] = new
    return f"?{fresh.urlencode()}" if fresh else "?"
