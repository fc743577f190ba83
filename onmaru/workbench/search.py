"""Finding anything from one box, and choosing a record in a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet

from onmaru.kernel import finding, permissions, search
from onmaru.kernel.identity import Actor
from onmaru.workbench import filters, references, registry, sight
from onmaru.workbench.entity import Entity


class Hit(NamedTuple):
    """A record found: its name, and its code or number where the name does not say it."""

    id: int
    text: str
    note: str


@dataclass(frozen=True)
class Found:
    entity: Entity
    hits: list[Hit]


EACH = 8


def everywhere(by: Actor, text: str) -> list[Found]:
    """At most eight hits of every entity that ``by`` may see, one query each and one of what they
    point to, in the order of the menu."""
    text = text.replace("\0", "").strip()
    if not text:
        return []
    searched = [
        one for one in registry.every() if one.search_paths and by.may(permissions.code(one.model, "view"))
    ]
    known = finding.Known(text, hidden=by.hidden)
    found = [Found(entity, [_hit(row) for row in _nearest(entity, by, known)[:EACH]]) for entity in searched]
    return [one for one in found if one.hits]


def choices(entity: Entity, by: Actor, text: str, limit: int = 20, **wanted: Any) -> list[Hit]:
    """What a reference field offers for what was typed, archived records left out; the newest when nothing was."""
    names = {one.name for one in entity.model._meta.concrete_fields}
    known = finding.Known(text.replace("\0", "").strip(), hidden=by.hidden)
    rows = _nearest(entity, by, known).filter(**wanted).select_related(*entity.joins)
    return [_hit(row) for row in (rows.filter(is_active=True) if "is_active" in names else rows)[:limit]]


def _nearest(entity: Entity, by: Actor, known: finding.Known) -> QuerySet[Any]:
    entity = sight.of(entity, by)
    rows = permissions.visible(entity.model._default_manager.all(), by)
    if not known.text:
        return rows.order_by("-pk")
    if finding.is_folded(entity.model, by.hidden) and search.query_forms(known.text):
        return search.nearest(rows, "search_text", known.text)
    return rows.filter(filters.found_by(entity, known)).order_by("-pk")


def _hit(row: Any) -> Hit:
    text, known_by = str(row), references.word_of(row)
    return Hit(row.pk, text, "" if known_by in text or known_by == str(row.pk) else known_by)
