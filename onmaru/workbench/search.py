"""Finding anything from one box, and choosing a record in a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Value

from onmaru.kernel import finding, permissions, search, sql
from onmaru.kernel.identity import Actor
from onmaru.workbench import filters, menu, references, registry, shown, sight
from onmaru.workbench.columns import joins
from onmaru.workbench.entity import Entity


class Hit(NamedTuple):
    """A record found: its name, and its code or number where the name does not say it, else whom it is for."""

    id: int
    text: str
    note: str


@dataclass(frozen=True)
class Found:
    entity: Entity
    hits: list[Hit]


EACH = 8
Own = tuple[int, Any, tuple[str, ...]]  # the place of an entity, its model, its own searched columns
Keys = dict[int, list[int]]  # found records by the place of their entity


def everywhere(by: Actor, text: str) -> list[Found]:
    """At most eight hits of every entity that ``by`` may see, in the order of the menu: kinds of which some are
    known by the words themselves, then those that only bear one of these hits (the orders of a customer found).

    Three statements find the keys, whatever there is to look through; one reads the rows of each entity with hits.
    """
    text = text.replace("\0", "").strip()
    if not text:
        return []
    seen = (sight.of(one, by) for one in registry.every() if by.may(permissions.code(one.model, "view")))
    searched = [one for one in seen if one.search_paths]
    known = finding.Known(text, hidden=by.hidden)
    named = _named(searched, by, known)
    for place, one in enumerate(searched):
        named[place] = named.get(place, []) + list(filters.in_own(one, text)[:EACH] if one.searched else ())
    bearing = _bearing(searched, named)
    rank = {at: (not named.get(at), menu.PLACES.get(one.area, 99)) for at, one in enumerate(searched)}
    keys = [
        (searched[at], named.get(at, []) + bearing.get(at, [])) for at in sorted(rank, key=rank.__getitem__)
    ]
    return [one for one in (Found(kind, _hits(kind, by, held)) for kind, held in keys if held) if one.hits]


def _named(searched: Sequence[Entity], by: Actor, known: finding.Known) -> Keys:
    """The nearest of each entity that has columns of its own to be known by: among what is at hand first, for which
    one statement is kept; then by the indexes of those kinds that have more, and of which that did not find enough."""
    own = [
        (place, one.model, tuple(p for p in one.search_paths if "__" not in p))
        for place, one in enumerate(searched)
    ]
    own = [one for one in own if one[2]]
    if not own:
        return {}
    ask, parameters = _at_hand(tuple(own), by, len(known.text.split()))
    found = _gathered(ask(finding.filled(parameters, known.text)))
    more = [one for one in own if _BEYOND - one[0] in found and len(found.get(one[0], [])) < EACH]
    for place, keys in _gathered(_union(finding.by_index, more, by, known)).items():
        found[place] = (
            keys if finding.is_folded(searched[place].model, by.hidden) else found.get(place, []) + keys
        )
    return {place: keys for place, keys in found.items() if place >= 0}


_BEYOND = -1  # from which the place is taken of a kind that has more than is at hand


@lru_cache(maxsize=256)
def _at_hand(own: tuple[Own, ...], by: Actor, words: int) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """Compiling it costs more than all else, and it is the same whatever the words are."""
    asked = _union(finding.at_hand, own, by, finding.Known(finding.blank(words), hidden=by.hidden))
    more = [
        finding.beyond(model, by.hidden).values_list(Value(_BEYOND - place), "pk")
        for place, model, _names in own
        if finding.is_indexed(model, by.hidden)
    ]
    statement, parameters = asked.union(*more, all=True).query.sql_with_params()
    return sql.kept(statement), parameters


def _union(way: Callable[..., QuerySet[Any]], own: Sequence[Own], by: Actor, known: finding.Known) -> Any:
    """The keys that ``way`` finds of each kind, with its place."""
    visible = (
        (place, permissions.visible(model._default_manager.all(), by), names) for place, model, names in own
    )
    asked = [way(rows, names, known, EACH).values_list(Value(place), "pk") for place, rows, names in visible]
    return asked[0].union(*asked[1:], all=True) if asked else []


def _bearing(searched: Sequence[Entity], named: Keys) -> Keys:
    """The newest of each entity that is found by what it points to, and points to a hit."""
    of_model: dict[Any, list[int]] = {}
    for place, keys in named.items():
        of_model.setdefault(searched[place].model, []).extend(keys)
    asked = []
    for place, entity in enumerate(searched):
        for owner in _owners(entity):
            keys = of_model.get(finding.end_of(entity.model, owner), [])
            asked += [sql.Pointing(place, entity.model, f"{owner}_id", keys)] if keys else []
    return _gathered(sql.newest_pointing(asked, most=EACH))


def _owners(entity: Entity) -> dict[str, None]:
    """The ways to the records that an entity is known by beside what it is called itself."""
    return dict.fromkeys(path.rpartition("__")[0] for path in entity.search_paths if "__" in path)


def _gathered(found: Iterable[tuple[int, int]]) -> Keys:
    keys: Keys = {}
    for place, key in found:
        keys.setdefault(place, []).append(key)
    return keys


def _hits(entity: Entity, by: Actor, keys: list[int]) -> list[Hit]:
    """The first of ``keys`` that ``by`` may see, in their order, with whom or what each is for."""
    told = (one for one in entity.list_columns if one.kind == "reference" and one.name not in entity.own)
    whom = next((one for one in told if one.name != "company"), None)
    visible = permissions.visible(entity.model._default_manager.all(), by)
    wanted = [*joins((whom,) if whom else ()), *_owners(entity)]
    # To join nothing is said by None: without a name Django joins all there are.
    rows = visible.select_related(*wanted or (None,)).in_bulk(keys)
    found = [rows[key] for key in dict.fromkeys(keys) if key in rows][:EACH]
    return [_hit(row, shown.show(whom, whom.getter(row), row) if whom else "") for row in found]


def choices(entity: Entity, by: Actor, text: str, limit: int = 20, **wanted: Any) -> list[Hit]:
    """What a reference field offers for what was typed, archived records left out; the newest when nothing was."""
    names = {one.name for one in entity.model._meta.concrete_fields}
    known = finding.Known(text.replace("\0", "").strip(), hidden=by.hidden)
    visible = permissions.visible(entity.model._default_manager.all(), by)
    rows = (
        _nearest(visible, known, filters.found_by(sight.of(entity, by), known))
        .filter(**wanted)
        .select_related(*entity.joins)
    )
    return [_hit(row) for row in (rows.filter(is_active=True) if "is_active" in names else rows)[:limit]]


def _nearest(rows: QuerySet[Any], known: finding.Known, found: Q) -> QuerySet[Any]:
    """What is found of ``rows``, those first that are called so, or else the newest."""
    if finding.is_folded(rows.model, known.hidden) and search.query_forms(known.text):
        return search.nearest(rows, "search_text", known.text)
    return rows.filter(found).order_by("-pk")


def _hit(row: Any, whom: str = "") -> Hit:
    text, known_by = str(row), references.word_of(row)
    note = whom if known_by in text or known_by == str(row.pk) else known_by
    return Hit(row.pk, text, "" if note in text else note)
