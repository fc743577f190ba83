"""Every declaration of the house, found in the rooms' ``entities`` and resolved at start-up."""

from __future__ import annotations

import dataclasses
import inspect
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.utils.text import capfirst

from onmaru.kernel import permissions
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.workbench import columns, fields
from onmaru.workbench.entity import Column, Document, Entity, Lines, Related, Section
from onmaru.workbench.fields import Field

_by_name: dict[str, Entity] = {}
_by_model: dict[type[models.Model], Entity] = {}
_parents: dict[type[models.Model], tuple[Entity, str]] = {}


def discover() -> None:
    """Import ``entities`` of every installed room, register what stands in them, resolve it all."""
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.entities") is None:
            continue
        module = import_module(f"{config.name}.entities")
        for found in list(vars(module).values()):
            if isinstance(found, Entity):
                register(found)
    for entity in _by_name.values():
        resolve(entity)
    for entity in every():
        _stand_beside(entity)


def register(entity: Entity) -> Entity:
    """Take a declaration in. Raises ImproperlyConfigured when another has its name; the same one again is fine."""
    known = _by_name.get(entity.name)
    if known is not None and known is not entity:
        raise ImproperlyConfigured(f"two entities are called {entity.name!r}")
    _by_name[entity.name] = entity
    _by_model.setdefault(entity.model, entity)
    return entity


def every() -> list[Entity]:
    """All entities in the order of the menu: by area, place and name."""
    return sorted(_by_name.values(), key=lambda entity: (entity.area, entity.place, entity.name))


def get(name: str) -> Entity | None:
    """The entity whose address is ``name``."""
    return _by_name.get(name)


def of_model(model: type[models.Model] | models.Model) -> Entity | None:
    """The entity that shows records of ``model``; the first registered when there are several."""
    return _by_model.get(model if isinstance(model, type) else type(model))


def rows_for(model: type[models.Model], by: Actor) -> models.QuerySet[Any]:
    """The rows of ``model`` that an actor may see; lines are seen with the record they belong to."""
    parent = _parents.get(model)
    if parent is None:
        return permissions.visible(model._default_manager.all(), by)
    entity, link = parent
    owners = permissions.visible(entity.model._default_manager.all(), by)
    return model._default_manager.filter(**{f"{link}__in": owners})


def resolve(entity: Entity) -> Entity:
    """Turn a declaration's words into columns and fields. Raises ImproperlyConfigured for a wrong word."""
    meta = entity.model._meta
    entity.label = entity.label or capfirst(meta.verbose_name_plural or entity.name)
    entity.one = entity.one or capfirst(meta.verbose_name or entity.name)
    entity.list_columns = columns.of(entity, "list", entity.list)
    entity.exchange_columns = columns.of(entity, "exchange", entity.exchange)
    entity.form_parts = tuple(_form_part(entity, part) for part in entity.form)
    entity.detail_parts = tuple(
        _detail_part(entity, part) for part in entity.detail or _default_detail(entity)
    )
    filters = columns.of(entity, "filters", entity.filters)
    entity.filter_columns = {c.name: c for c in (*filters, *entity.list_columns) if c.filterable}
    entity.key_columns = {c.name: c for c in columns.of(entity, "keys", _keys(entity))}
    entity.sort_columns = {
        c.name: c for c in (*entity.list_columns, *entity.key_columns.values()) if c.sortable
    }
    entity.search_paths = tuple(c.path for c in columns.of(entity, "search", entity.search))
    _order(entity)
    shown = (*entity.list_columns, *entity.exchange_columns, *_shown(entity.detail_parts))
    entity.joins = columns.joins(shown)
    entity.printed = tuple(Document(*one) for one in entity.documents)
    entity.related_parts = tuple(_related(entity, *one) for one in entity.related)
    _check_faces(entity)
    return entity


def _keys(entity: Entity) -> str:
    """What programs may always filter and sort by: which records, those changed since, those of a document."""
    names = [one.name for one in entity.model._meta.concrete_fields]
    stems = [name.removesuffix("_kind") for name in names if name.endswith("_kind")]
    paired = [f"{stem}_{end}" for stem in stems if f"{stem}_id" in names for end in ("kind", "id")]
    return " ".join([*(name for name in ("id", "changed_at") if name in names), *paired])


def _form_part(entity: Entity, part: str | Section | Lines) -> Section | Lines:
    if isinstance(part, Lines):
        cells = _grid(entity, part)
        return dataclasses.replace(
            cells, fields=tuple(_line_field(cells, c.name) for c in cells.columns if c.source)
        )
    words = part.words if isinstance(part, Section) else part
    label = part.label if isinstance(part, Section) else ""
    return Section(words, label, fields=tuple(_form_field(entity, word) for word in words.split()))


def _form_field(entity: Entity, word: str) -> Field:
    """A field of the form: the model's, made optional or required as the creating command has it."""
    parameter = entity.create.parameters.get(word) if entity.create else None
    try:
        found = fields.of_model(columns.follow(entity.model, word)[-1], word)
    except FieldDoesNotExist:
        if parameter is None:
            raise columns.wrong(
                entity, "form", word, "neither a field nor a parameter of its create"
            ) from None
        return fields.of_parameter(parameter, _asked(entity.create, word))
    if parameter is None:
        return found
    as_asked = fields.of_parameter(parameter)
    required = as_asked.required and found.kind != "boolean"
    default = found.default if as_asked.default in (None, "") else as_asked.default
    return dataclasses.replace(found, required=required, default=default)


def _asked(command: Command[object] | None, word: str) -> fields.Text:
    return command.asks.get(word, "") if command else ""


def _grid(entity: Entity, part: Lines) -> Lines:
    if part.model is None:
        raise columns.wrong(entity, "lines", part.name, "a grid needs its model")
    try:
        part.model._meta.get_field(part.link)
    except FieldDoesNotExist as error:
        raise columns.wrong(entity, "lines", part.link, str(error)) from None
    label = part.label or fields.COMMON_LABELS.get(
        part.name, part.model._meta.verbose_name_plural or part.name
    )
    if part.model not in _by_model:
        _parents.setdefault(part.model, (entity, part.link))
    return dataclasses.replace(part, label=label, columns=columns.of(entity, "lines", part.words, part.model))


def _line_field(part: Lines, word: str) -> Field:
    assert part.model is not None
    found = fields.of_model(columns.follow(part.model, word)[-1], word)
    return dataclasses.replace(found, required=False) if word in part.optional.split() else found


def _default_detail(entity: Entity) -> list[str | Section | Lines]:
    """Unless declared: the form's fields, then what the list shows beyond them, then the grids of lines."""
    sections = [part for part in entity.form if not isinstance(part, Lines)]
    shown = {
        word for part in sections for word in (part.words if isinstance(part, Section) else part).split()
    }
    rest = " ".join(word for word in entity.list.split() if word not in shown)
    return [*sections, *([rest] if rest else []), *(part for part in entity.form if isinstance(part, Lines))]


def _detail_part(entity: Entity, part: str | Section | Lines) -> Section | Lines:
    if isinstance(part, Lines):
        return _grid(entity, part)
    words = part.words if isinstance(part, Section) else part
    label = part.label if isinstance(part, Section) else ""
    known = " ".join(word for word in words.split() if not _only_a_parameter(entity, word))
    return Section(words, label, columns=columns.of(entity, "detail", known))


def _only_a_parameter(entity: Entity, word: str) -> bool:
    if entity.create is None or word not in entity.create.parameters:
        return False
    names = {one.name for one in entity.model._meta.concrete_fields}
    return word not in names and word not in entity.columns


def _shown(parts: tuple[Section | Lines, ...]) -> tuple[Column, ...]:
    return tuple(column for part in parts if isinstance(part, Section) for column in part.columns)


def _order(entity: Entity) -> None:
    word = entity.order.lstrip("-")
    column = columns.resolve(entity, "order", word, entity.model)
    if not column.path:
        raise columns.wrong(entity, "order", word, "not in the database")
    entity.sort_columns = {**entity.sort_columns, word: column}


def _related(entity: Entity, name: str, path: str) -> Related:
    other = get(name)
    if other is None:
        raise columns.wrong(entity, "related", name, "no such entity")
    paired = any(one.name == f"{path}_kind" for one in other.model._meta.concrete_fields)
    columns.resolve(other, "related", f"{path}_id" if paired else path, other.model)
    return Related(name, path, paired)


def _stand_beside(entity: Entity) -> None:
    for word in entity.beside.split():
        column = columns.resolve(entity, "beside", word, entity.model)
        target = _by_model.get(column.model) if column.model else None
        if target is None:
            raise columns.wrong(entity, "beside", word, "points to nothing that has a page")
        target.related_parts += (Related(entity.name, word),)


def _check_faces(entity: Entity) -> None:
    """Words that are stored now and drawn later, and commands that the form cannot feed."""
    board = entity.board.name if entity.board else ""
    for option, words in (("board", board), ("calendar", entity.calendar), ("key", entity.key)):
        columns.of(entity, option, words)
    for command in entity.actions:
        if not command.has_subject:
            raise columns.wrong(entity, "actions", command.name, "an action needs a record to act on")
    if entity.create is not None:
        _check_form(entity, entity.create)


def _check_form(entity: Entity, create: Command[Any]) -> None:
    offered = {one.name for one in entity.input_fields}
    for name, parameter in create.parameters.items():
        if parameter.default is parameter.empty and name not in offered:
            raise columns.wrong(entity, "create", name, "the command needs it and the form does not ask it")
    surplus = set() if takes_any(create) else offered - set(create.parameters)
    if surplus:
        raise columns.wrong(entity, "form", min(surplus), f"{create.name} has no such parameter")


def takes_any(command: Command[Any]) -> bool:
    """Whether a command takes whatever fields its model has (``**values``)."""
    found = inspect.signature(command.function).parameters.values()
    return any(one.kind is inspect.Parameter.VAR_KEYWORD for one in found)
