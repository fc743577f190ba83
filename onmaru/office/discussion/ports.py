"""Where the entries of a timeline come from. Rooms above register theirs (mail) when they are loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from onmaru.kernel.identity import Actor
from onmaru.workbench.fields import Text


@dataclass(frozen=True)
class Entry:
    """One entry: where it is from, its key there, when, who, and what its ``template`` draws.

    ``place`` is where the source goes on reading after it. ``template`` gets the entry as ``entry``, and ``by``.
    """

    source: str
    key: int
    at: datetime
    who: str
    data: Any
    template: str
    place: str = ""
    pinned: bool = False


Reader = Callable[[Any, Actor, str, int], Sequence[Entry]]
Finder = Callable[[Any, Actor, Sequence[int]], Sequence[Entry]]


class Source(NamedTuple):
    """A source of entries.

    ``read(record, by, place, most)`` answers the newest entries of a record that ``by`` sees, those after ``place``
    ("" from the newest on), from an index, whatever their number. ``find(record, by, keys)`` answers single ones.
    ``in_all`` says whether they stand in the whole timeline, or are part of another source's and only filtered out,
    ``order`` where it stands among the filters.
    """

    name: str
    label: Text
    read: Reader
    find: Finder
    in_all: bool = True
    order: int = 50


sources: dict[str, Source] = {}


def add(source: Source) -> None:
    """Register a source, once."""
    sources[source.name] = source


apart: dict[Any, Callable[[], Q]] = {}
"""By model, the condition of rows that are kept apart: another room hands them out, for a reason."""


def together(model: Any) -> Q:
    """The condition of the rows that are handed out with their record."""
    return ~apart[model]() if model in apart else Q()


bearing: set[Any] = set()
"""Models whose rows hang on records and have a timeline all the same. None of them may hang on another."""
