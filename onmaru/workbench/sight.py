"""An entity as one actor sees it: what no role of theirs shows is nowhere in it, whatever face draws it."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

from onmaru.kernel.identity import Actor, Hidden
from onmaru.workbench import columns, ports
from onmaru.workbench.entity import Column, Entity, Lines, Section

P = TypeVar("P", bound=Section | Lines)


def of(entity: Entity, by: Actor) -> Entity:
    """The entity as laid out for ``by``, without what is hidden from them, and with what is fixed for them marked."""
    for see in ports.sights:
        entity = see(entity, by)
    return _narrowed(entity, by.hidden, by.fixed) if by.hidden or by.fixed else entity


@lru_cache(maxsize=1024)
def _narrowed(entity: Entity, hidden: Hidden, fixed: Hidden) -> Entity:
    def shown(found: Iterable[Column]) -> tuple[Column, ...]:
        return tuple(one for one in found if not one.tells & hidden)

    def by_name(found: Mapping[str, Column]) -> dict[str, Column]:
        return {name: one for name, one in found.items() if not one.tells & hidden}

    def part(one: P) -> P:
        kind = (getattr(one, "model", None) or entity.model)._meta.label_lower
        asked = (each for each in one.fields if (kind, each.name) not in hidden)
        told = (
            dataclasses.replace(each, fixed=True, required=False) if (kind, each.name) in fixed else each
            for each in asked
        )
        return dataclasses.replace(one, columns=shown(one.columns), fields=tuple(told))

    found = copy.copy(entity)
    found.list_columns, found.exchange_columns = shown(entity.list_columns), shown(entity.exchange_columns)
    found.filter_columns, found.key_columns = by_name(entity.filter_columns), by_name(entity.key_columns)
    found.sort_columns = by_name(entity.sort_columns)
    found.form_parts, found.detail_parts = (
        tuple(part(one) for one in entity.form_parts),
        tuple(part(one) for one in entity.detail_parts),
    )
    found.search_paths = tuple(
        one.path for one in columns.of(entity, "search", entity.search) if not one.tells & hidden
    )
    found.searched = {
        name: one
        for name, one in entity.searched.items()
        if (entity.model._meta.label_lower, name) not in hidden
    }
    found.unseen = frozenset(name for kind, name in hidden if kind == entity.model._meta.label_lower)
    found.order = entity.order if entity.order.lstrip("-") in found.sort_columns else "-id"
    found.sort_columns.setdefault("id", columns.resolve(entity, "order", "id", entity.model))
    found.board = entity.board if entity.board and not _tells(entity, entity.board.name) & hidden else None
    found.calendar = entity.calendar if not _tells(entity, entity.calendar) & hidden else ""
    found.pivot = tuple(word for word in entity.pivot if not _tells(entity, word) & hidden)
    return entity if vars(found) == vars(entity) else found


def _tells(entity: Entity, word: str) -> Hidden:
    """The fields that a word of a declaration tells of; ``ordered_on.month`` is of a day."""
    for name in (word, word.rpartition(".")[0]):
        with suppress(ImproperlyConfigured):
            return columns.resolve(entity, "pivot", name, entity.model).tells if name else frozenset()
    return frozenset()
