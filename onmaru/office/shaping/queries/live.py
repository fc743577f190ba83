"""The shape that holds now, the same on every process: a copy in memory, compared with the database once a request,
a job and a round of the worker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse

from onmaru.kernel import custom, identity, jobs, personal, refusals, sealed, sql
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.shaping import rules
from onmaru.office.shaping.models import CustomField, Layout
from onmaru.office.shaping.queries import attached, shapes
from onmaru.workbench import ports, registry, values
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Field
from onmaru.workbench.references import References

Answer = Callable[[HttpRequest], HttpResponse]
Place = tuple[str, int | None]
"""An entity by its name, and the company for which it is laid out (None: for all)."""


@dataclass
class Shape:
    """All that is said of all entities, as of one edition; ``made`` are the copies shaped so far."""

    token: str = ""
    fields: Mapping[str, list[CustomField]] = field(default_factory=dict)
    masks: Mapping[str, Mapping[str, personal.Mask]] = field(default_factory=dict)
    layouts: Mapping[Place, Mapping[str, Any]] = field(default_factory=dict)
    made: dict[Place, Entity] = field(default_factory=dict)


class _Held:
    shape = Shape()


def attach() -> None:
    """Answer the workbench and the kernel what there is."""
    ports.shapes.append(of_company)
    ports.sights.append(seen)
    custom.readers.append(read)
    personal.of_company.append(masks)
    jobs.before.append(refresh)


def refresh() -> None:
    """Read the shape anew if it changed since it was read; one small query otherwise."""
    found = sql.one("SELECT token::text FROM shaping_edition")
    token = found[0] if found and found[0] else ""
    if token != _Held.shape.token:
        _Held.shape = _stands(token) if token else Shape()


def forget() -> None:
    """Hold no shape, as a process that was only just started."""
    _Held.shape = Shape()


def _stands(token: str) -> Shape:
    fields: dict[str, list[CustomField]] = defaultdict(list)
    masks: dict[str, dict[str, personal.Mask]] = defaultdict(dict)
    for one in CustomField.objects.order_by("id"):
        if one.is_active:
            fields[one.kind].append(one)
        if one.privacy:  # of archived ones too: their histories stay
            masks[one.kind][one.name] = rules.mask_of(one.type, one.privacy)
    return Shape(token, fields, masks, {(one.entity, one.company_id): one.document or {} for one in newest()})


def masks(model: type[models.Model]) -> Mapping[str, personal.Mask]:
    """The fields of a kind that were declared personal, each with its mask."""
    return _Held.shape.masks.get(model._meta.label_lower, {})


def newest() -> list[Layout]:
    """The layouts that hold, for all and for companies of their own."""
    found = Layout.objects.order_by("entity", "company", "-revision").distinct("entity", "company")
    return [one for one in found.select_related("company") if one.document is not None]


def of_company(entity: Entity, company: int | None = None) -> Entity:
    """A declaration as it is shaped now, for all or for a company; itself when nothing is said of it."""
    shape = _Held.shape
    if not shape.token:
        return entity
    place = _place(entity, company)
    made = shape.made.get(place)
    if made is None:
        made = shape.made[place] = shapes.build(entity, shape.fields, shape.layouts.get(place, {}))
    return made


def _place(entity: Entity, company: int | None) -> Place:
    """Whose layout holds for a company: its own goes before the one for all."""
    return (entity.name, company if (entity.name, company) in _Held.shape.layouts else None)


def seen(entity: Entity, by: Actor) -> Entity:
    """What is shaped for all as somebody sees it who works for one company only."""
    only = [*by.companies] if by.companies else []
    if len(only) != 1 or (entity.name, only[0]) not in _Held.shape.layouts:
        return entity
    declared = registry.declaration(entity)
    return of_company(declared, only[0]) if entity is of_company(declared) else entity


def fresh(answer: Answer) -> Answer:
    """Compare the shape with the database before each request is answered."""

    def middleware(request: HttpRequest) -> HttpResponse:
        refresh()
        return answer(request)

    return middleware


def read(model: type[models.Model], given: Sequence[Mapping[str, Any]]) -> list[custom.Stored]:
    """What the column of each row keeps of values given for fields of its kind, and a reason for each that is unfit.

    Asks the database, not the copy in memory: what is written is judged by what holds at this moment.
    """
    names = {name for one in given for name in one}
    defined = CustomField.objects.filter(kind=model._meta.label_lower, is_active=True, name__in=names)
    typed = {one.name: shapes.field_of(one) for one in defined if one.type != one.Type.COMPUTED}
    encrypted = {one.name for one in defined if one.privacy == one.Privacy.IDENTIFIER}
    references = References(identity.system("shaping"))
    for name, typed_as in typed.items():
        if typed_as.model is not None:
            references.prime_all(typed_as.model, [one.get(name) for one in given])
    return [_read_row(typed, encrypted, one, references) for one in given]


def _read_row(
    fields: Mapping[str, Field], encrypted: AbstractSet[str], given: Mapping[str, Any], references: References
) -> custom.Stored:
    typed = {name: one for name, one in fields.items() if name in given}
    stored: dict[str, Any] = {}
    problems = [refusals.FIELD_UNKNOWN(name, label=name) for name in given if name not in fields]
    for name, one in typed.items():
        try:
            value = values.read(one, given[name], references)
            is_file = one.kind == "file"
            stored[name] = attached.held(value, field=name, label=one.label) if is_file else kept(value)
            if name in encrypted and stored[name]:
                stored[name] = {custom.SEALED: sealed.seal(stored[name]).stored}
        except Refused as refused:
            problems += refused.reasons
    return stored, problems


def kept(value: Any) -> Any:
    """A value as the column keeps it: an empty one is not kept."""
    return values.plain(value) if value not in ("", []) else None


def layout_of(entity: Entity, company: int | None = None) -> Mapping[str, Any]:
    """The layout that holds for an entity, for all or for a company; empty when it stands as declared."""
    return _Held.shape.layouts.get(_place(entity, company), {})


def unlaid(entity: Entity) -> Entity:
    """An entity as declared, with the company's own fields and without its layout."""
    return shapes.build(registry.declaration(entity), _Held.shape.fields, {})
