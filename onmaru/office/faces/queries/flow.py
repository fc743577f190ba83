"""The documents that a record came from and those that came of it, by what the declarations relate.

A document is what has a number. From the record down everything that came of it is followed, and up everything
it came from; never a sibling. Links are references (``order``), pairs (``source_kind``, ``source_id``) and tables
of links: what is no document itself and has two references to lines of documents, as what settles what.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model, Q

from onmaru.kernel import permissions, work
from onmaru.kernel.identity import Actor
from onmaru.workbench import filters, registry
from onmaru.workbench.entity import Entity

DEPTH = 4
MOST = 8  # of one kind beside one another
MOST_NODES = 40

Key = tuple[str, int]
Found = dict[Entity, list[Any]]


@dataclass
class Graph:
    """Records by their key (entity, id), who came of whom, and how far along each stands; ``cut`` when not all."""

    records: dict[Key, tuple[Entity, Any]] = field(default_factory=dict)
    edges: dict[tuple[Key, Key], None] = field(default_factory=dict)
    ranks: dict[Key, int] = field(default_factory=dict)
    cut: bool = False

    def rank(self) -> None:
        """Put every record to the right of all that it came of."""
        self.ranks = dict.fromkeys(self.records, 0)
        for _round in range(2 * DEPTH):
            for start, end in self.edges:
                self.ranks[end] = min(max(self.ranks[end], self.ranks[start] + 1), 2 * DEPTH)


class Link(NamedTuple):
    """A table of links between documents, by the paths to the kind and key of either."""

    model: type[Model]
    start: tuple[str, str]
    end: tuple[str, str]


def is_document(entity: Entity | None) -> bool:
    """Whether records of an entity are documents: they have numbers."""
    return entity is not None and any(one.name == "number" for one in entity.model._meta.concrete_fields)


def of(entity: Entity, by: Actor, record: Any) -> Graph:
    """The graph around a record, as far as the actor may see it: a few queries for each kind and step."""
    graph = Graph({(entity.name, record.pk): (entity, record)})
    for step in (_down, _up):
        reached: Found = {entity: [record]}
        for _depth in range(DEPTH):
            reached = _further(graph, reached, by, step)
    graph.rank()
    return graph


def _further(graph: Graph, reached: Found, by: Actor, step: Any) -> Found:
    """One step on from all that was reached; what is known already is linked and not followed again."""
    fresh: Found = defaultdict(list)
    for entity, records in reached.items():
        for other, row, edge in step(entity, records, by):
            key = (other.name, row.pk)
            if key not in graph.records:
                if len(graph.records) >= MOST_NODES or len(fresh[other]) >= MOST:
                    graph.cut = True
                    continue
                graph.records[key] = (other, row)
                fresh[other].append(row)
            graph.edges[edge] = None
    return fresh


Step = Iterator[tuple[Entity, Any, tuple[Key, Key]]]


def _down(entity: Entity, records: list[Any], by: Actor) -> Step:
    ids = [one.pk for one in records]
    for one in entity.related_parts:
        other = registry.get(one.entity)
        if other is None or not _seen(other, by) or "." in one.field:
            continue
        near = {f"{one.field}_kind": work.kind_of(entity.model)} if one.paired else {}
        rows = filters.visible(other, by).filter(**near, **{f"{one.field}_id__in": ids}).order_by("pk")
        for row in rows[: MOST + 1]:
            yield other, row, ((entity.name, getattr(row, f"{one.field}_id")), (other.name, row.pk))
    yield from _linked(entity, ids, by, down=True)


def _up(entity: Entity, records: list[Any], by: Actor) -> Step:
    wanted: dict[Entity, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        for model, key in _origins(record):
            other = registry.of_model(model)
            if other is not None and _seen(other, by):
                wanted[other][key].append(record.pk)
    for other, ids in wanted.items():
        for row in filters.visible(other, by).filter(pk__in=[*ids]).order_by("pk")[: MOST + 1]:
            for own in ids[row.pk]:
                yield other, row, ((other.name, row.pk), (entity.name, own))
    yield from _linked(entity, [one.pk for one in records], by, down=False)


def _seen(entity: Entity, by: Actor) -> bool:
    return is_document(entity) and by.may(permissions.code(entity.model, "view"))


def _origins(record: Any) -> Iterator[tuple[type[Model], int]]:
    """What a record points to by references and by pairs of kind and key."""
    for one in record._meta.concrete_fields:
        value = getattr(record, one.attname)
        if one.is_relation and value is not None:
            yield one.related_model, value
        elif one.name.endswith("_kind") and value:
            key = getattr(record, one.name.removesuffix("kind") + "id", None)
            if key is not None:
                yield apps.get_model(value), key


def _linked(entity: Entity, ids: list[int], by: Actor, *, down: bool) -> Step:
    """What tables of links lead to, the other ends fetched by kind."""
    kind = work.kind_of(entity.model)
    for link in _links():
        here, there = (link.start, link.end) if down else (link.end, link.start)
        near = Q(**{here[0]: kind, f"{here[1]}__in": ids})
        pairs = link.model._default_manager.filter(near).values_list(here[1], *there).distinct()[: MOST + 1]
        for other, found in _by_kind(pairs).items():
            if not _seen(other, by):
                continue
            for row in filters.visible(other, by).filter(pk__in=[*found]):
                for own in found[row.pk]:
                    edge = ((entity.name, own), (other.name, row.pk))
                    yield other, row, edge if down else (edge[1], edge[0])


def _by_kind(pairs: Iterable[tuple[int, str, int]]) -> dict[Entity, dict[int, list[int]]]:
    found: dict[Entity, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for own, kind, key in pairs:
        other = registry.of_model(apps.get_model(kind))
        if other is not None:
            found[other][key].append(own)
    return found


@cache
def _links() -> tuple[Link, ...]:
    """The tables of links of the house: two references to lines whose document says what it is of."""
    found = []
    for model in apps.get_models():
        ends = [end for one in model._meta.concrete_fields if one.is_relation and (end := _end(one))]
        if len(ends) == 2 and not is_document(registry.of_model(model)):
            found.append(Link(model, ends[0], ends[1]))
    return tuple(found)


def _end(reference: Any) -> tuple[str, str] | None:
    """From a reference to a line over its document to the pair that says what the document is of."""
    for one in reference.related_model._meta.concrete_fields:
        document = one.related_model if one.is_relation else None
        if document and is_document(registry.of_model(document)):
            names = [other.name for other in document._meta.concrete_fields if other.name.endswith("_kind")]
            path = f"{reference.name}__{one.name}__{names[0].removesuffix('_kind')}" if names else ""
            return (f"{path}_kind", f"{path}_id") if path else None
    return None
