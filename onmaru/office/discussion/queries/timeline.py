"""Everything that happened to a record in one order of time, a page at a time, however much there is."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from onmaru.kernel import work
from onmaru.kernel.identity import Actor
from onmaru.office.discussion import ports
from onmaru.office.discussion.models import Pin
from onmaru.office.discussion.ports import Entry, Source

EACH = 30
MOST_PINNED = 10


@dataclass(frozen=True)
class Page:
    """Entries, newest first; ``pinned`` stand above the first page; ``more`` is where the next page begins, or ""."""

    entries: list[Entry]
    pinned: list[Entry]
    more: str


def page(record: Any, by: Actor, *, show: str = "", place: str = "") -> Page:
    """What ``by`` sees of a record: all of it, or of one source (``show``), from ``place`` on.

    ``record`` is one that ``by`` may see. Each source is asked for one page; what it does not fill is asked no more.
    """
    asked = (
        [ports.sources[show]] if show in ports.sources else [s for s in ports.sources.values() if s.in_all]
    )
    places = _parsed(place)
    found = [list(one.read(record, by, places.get(one.name, ""), EACH + 1)) for one in asked]
    merged = list(heapq.merge(*found, key=lambda one: one.at, reverse=True))
    marks = _pins(record) if not place else set()
    pinned = _pinned(record, by, marks) if not show else []
    shown = [replace(one, pinned=(one.source, one.key) in marks) for one in merged[:EACH]]
    return Page(shown, pinned, _next(asked, shown, places) if len(merged) > EACH else "")


def _next(asked: Iterable[Source], shown: list[Entry], places: dict[str, str]) -> str:
    """Where each source goes on: after the last of it that was shown."""
    last = {one.source: one.place for one in shown}
    # One source may tell what another counts as its own (the house's changes are changes).
    names = [one.name for one in asked]
    alone = shown[-1].place if len(names) == 1 else ""
    reached = places | {name: last[name] for name in names if name in last}
    if alone:
        reached[names[0]] = alone
    return "~".join(f"{name}.{at}" for name, at in reached.items())


def _parsed(place: str) -> dict[str, str]:
    pairs = (part.partition(".") for part in place[:500].split("~"))
    return {name: at for name, _dot, at in pairs if name in ports.sources}


def _pins(record: Any) -> set[tuple[str, int]]:
    rows = Pin.objects.filter(subject_kind=work.kind_of(record), subject_id=record.pk).order_by("-id")
    return set(rows.values_list("source", "entry_id")[:MOST_PINNED])


def _pinned(record: Any, by: Actor, marks: set[tuple[str, int]]) -> list[Entry]:
    keys: dict[str, list[int]] = {}
    for source, key in marks:
        keys.setdefault(source, []).append(key)
    found = [
        one
        for name, some in keys.items()
        if name in ports.sources
        for one in ports.sources[name].find(record, by, some)
    ]
    return [replace(one, pinned=True) for one in sorted(found, key=lambda one: one.at, reverse=True)]
