"""Every declaration of the house, found in the rooms' ``entities`` and resolved at start-up."""

from __future__ import annotations

import dataclasses
import inspect
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, TypeVar

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.utils.functional import lazy
from django.utils.text import capfirst

from onmaru.kernel import commands, finding, permissions, trash
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.workbench import columns, fields, ports
from onmaru.workbench.entity import Column, Document, Entity, Lines, Related, Section
from onmaru.workbench.fields import Field

_by_name: dict[str, Entity] = {}
_by_model: dict[type[models.Model], Entity] = {}
_parents: dict[type[models.Model], tuple[Entity, str]] = {}


class Declared(Protocol):
    """What is addressed by a name and stands in an area of the menu."""

    name: str
    area: str


D = TypeVar("D", bound=Declared)
DATE_PARTS = ("year", "quarter", "month", "week", "day")
NAMES = {"number", "code", "path", "name", "name_ko", "name_en", "memo"}
NARROWING = {"state", "choice", "reference", "boolean", "date"}


def discover() -> None:
    """Import ``entities`` of every installed room, register what stands in them, resolve it all."""
    for found in declared("entities", Entity):
        register(found)
    for entity in _by_name.values():
        resolve(entity)
    for entity in _by_name.values():
        _stand_beside(entity)


def declared(file: str, kind: type[D]) -> list[D]:
    """What the rooms declare in ``file``, the lowest first; by itself it has its variable's name, its room's area."""
    found = []
    for config in reversed([*apps.get_app_configs()]):
        if find_spec(f"{config.name}.commands") is not None:
            import_module(f"{config.name}.commands")
        if find_spec(f"{config.name}.{file}") is None:
            continue
        for variable, one in vars(import_module(f"{config.name}.{file}")).items():
            if isinstance(one, kind):
                one.name = one.name or variable.replace("_", "-")
                one.area = one.area or getattr(config, "area", config.label)
                found.append(one)
    return found


def register(entity: Entity) -> Entity:
    """Take a declaration in. Raises ImproperlyConfigured when another has its name; the same one again is fine."""
    known = _by_name.get(entity.name)
    if known is not None and known is not entity:
        raise ImproperlyConfigured(f"two entities are called {entity.name!r}")
    _by_name[entity.name] = entity
    _by_model.setdefault(entity.model, entity)
    return entity


def every() -> list[Entity]:
    """All entities in the order of the menu: by area and place, else as declared."""
    return [now(one) for one in sorted(_by_name.values(), key=lambda entity: (entity.area, entity.place))]


def get(name: str) -> Entity | None:
    """The entity whose address is ``name``."""
    found = _by_name.get(name)
    return now(found) if found else None


def now(entity: Entity) -> Entity:
    """An entity as the administrator shaped it by now: ask anew for each request, a copy does not change."""
    shown = declaration(entity)
    for shape in ports.shapes:
        shown = shape(shown)
    return shown


def declaration(entity: Entity) -> Entity:
    """An entity as its room declared it."""
    return _by_name.get(entity.name, entity)


def called(entity: Entity) -> str:
    """What one record is called, in words that come when they are read: rooms may still be being declared now."""
    return lazy(lambda: str(declaration(entity).one), str)()


def of_model(model: type[models.Model] | models.Model) -> Entity | None:
    """The entity that shows records of ``model``; the first registered when there are several."""
    found = _by_model.get(model if isinstance(model, type) else type(model))
    return now(found) if found else None


def owner_of(model: type[models.Model]) -> tuple[Entity | None, str]:
    """The entity whose lines these records are, and their reference to it."""
    return _parents.get(model, (None, ""))


def own_names(model: type[models.Model]) -> list[str]:
    """The names of the fields that the company added to a kind of record or of lines."""
    entity, owner = of_model(model), owner_of(model)[0]
    parts = now(owner).detail_parts if owner else ()
    below = (one.own for one in parts if isinstance(one, Lines) and one.model is model)
    return [*(entity.own if entity else ()), *(name for own in below for name in own)]


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
    entity.create = _command(entity, "made_by", entity.made_by)
    entity.edit = _command(entity, "edited_by", entity.edited_by)
    entity.in_bulk = _command(entity, "made_in_bulk", entity.made_in_bulk)
    entity.verbs = _verbs(entity)
    entity.form = entity.form or _default_form(entity)
    plain = entity.edit is not None and not any(isinstance(part, Lines) for part in entity.form)
    first = entity.list.split()[0]
    entity.order = entity.order or (first if plain and first in ("code", "path") else "-id")
    entity.exchange = entity.exchange or (_default_exchange(entity) if plain else "")
    entity.list_columns = columns.of(entity, "list", entity.list)
    entity.search = entity.search or _default_search(entity)
    entity.filters = entity.filters or " ".join(c.name for c in _own(entity) if c.kind in NARROWING)
    entity.exchange_columns = columns.of(entity, "exchange", entity.exchange)
    entity.form_parts = tuple(_form_part(entity, part) for part in entity.form)
    entity.detail_parts = tuple(
        _detail_part(entity, part) for part in entity.detail or _default_detail(entity)
    )
    _check_faces(entity)
    filters = (*columns.of(entity, "filters", entity.filters), *columns.of(entity, "pivot", _drawn(entity)))
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
    return entity


def _command(entity: Entity, option: str, word: str) -> Command[Any] | None:
    """A command by its verb or its whole name; only the one that nobody said may be missing."""
    found = commands.registry.get(f"{entity.model._meta.label_lower}.{word}") or commands.registry.get(word)
    if found is None and word not in ("", getattr(Entity, option)):
        raise columns.wrong(entity, option, word, "no such command")
    return found


def _drawn(entity: Entity) -> str:
    """What boards, calendars and pivots go by, without its part of a date: it filters, as a click leads to the list."""
    words = [entity.board.name if entity.board else "", entity.calendar, *entity.pivot]
    return " ".join(
        word.removesuffix(f".{word.rpartition('.')[2]}") if _is_part(word) else word for word in words
    )


def _is_part(word: str) -> bool:
    return word.rpartition(".")[2] in DATE_PARTS


def _verbs(entity: Entity) -> tuple[Command[Any], ...]:
    """The actions said, else all there are; what people make and change they may delete while it is unused."""
    found: list[Command[Any] | None]
    if entity.actions is None:
        found = [one for one in commands.registry.values() if one.model is entity.model and one.has_subject]
    else:
        found = [_command(entity, "actions", word) for word in entity.actions.split()]
    found += [trash.deletion(entity.model)] if entity.create and entity.edit else []
    return tuple(dict.fromkeys(one for one in found if one and one is not entity.edit))


def _default_form(entity: Entity) -> list[str]:
    """What its command asks; where that takes whatever the model has, the company and what of the list is typed."""
    if entity.create is None:
        return []
    if not takes_any(entity.create):
        return [" ".join(entity.create.parameters)]
    known = {one.name: one for one in entity.model._meta.concrete_fields if one.editable}
    archived = "is_active" if entity.action("archive") else ""
    listed = [word for word in entity.list.split() if word in known and word not in ("company", archived)]
    return [" ".join([*(["company"] if "company" in known else []), *listed])]


def _default_search(entity: Entity) -> str:
    """What of the list a record is known by, and whom or what it names that carries a search text."""
    own = [word for word in entity.list.split() if word in NAMES]
    named = [f"{c.name}.name" for c in _own(entity) if c.model and finding.is_folded(c.model)]
    return " ".join([*own, *named])


def _own(entity: Entity) -> list[Column]:
    """The columns of the list that stand in the record itself, not in one that it names."""
    return [one for one in entity.list_columns if "." not in one.name]


def _default_exchange(entity: Entity) -> str:
    known = {one.name: one for one in entity.model._meta.concrete_fields}
    asked = [known[word] for word in _asked_for(entity) if word in known]
    return " ".join(f"{one.name}.code" if one.is_relation else one.name for one in asked)


def _asked_for(entity: Entity) -> list[str]:
    sections = [part for part in entity.form if not isinstance(part, Lines)]
    return " ".join(part.words if isinstance(part, Section) else part for part in sections).split()


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
            cells, fields=tuple(_line_field(cells, c) for c in cells.columns if c.source)
        )
    said = part if isinstance(part, Section) else Section(part)
    return dataclasses.replace(said, fields=tuple(_form_field(entity, word) for word in said.words.split()))


def _form_field(entity: Entity, word: str) -> Field:
    """A field of the form: the model's, made optional or required as the creating command has it."""
    parameter = entity.create.parameters.get(word) if entity.create else None
    try:
        source = columns.follow(entity.model, word)[-1]
        found = _chosen(fields.of_model(source, word), entity.columns.get(word))
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
    own = {one.name: one for one in part.model._meta.concrete_fields}
    link = part.link or next((name for name, one in own.items() if one.related_model is entity.model), "")
    relation = own[link].remote_field if link in own else None
    if relation is None:
        raise columns.wrong(entity, "lines", link, f"no reference of {part.model.__name__} to the record")
    name = part.name or relation.related_name or "lines"
    label = part.label or fields.COMMON_LABELS.get(name, part.model._meta.verbose_name_plural or name)
    if part.model not in _by_model:
        _parents.setdefault(part.model, (entity, link))
    return dataclasses.replace(
        part,
        link=link,
        name=name,
        label=label,
        order=part.order or ("ordinal" if "ordinal" in own else "id"),
        columns=columns.of(entity, "lines", part.words, part.model),
    )


def _line_field(part: Lines, column: Column) -> Field:
    assert part.model is not None
    found = _chosen(fields.of_model(columns.follow(part.model, column.name)[-1], column.name), column)
    return dataclasses.replace(found, required=False) if column.name in part.optional.split() else found


def _chosen(field: Field, column: Column | None) -> Field:
    """A text for which the declaration asks all choices there are is picked, not typed."""
    asked = column.choices if column else ()
    is_asked = isinstance(asked, fields.Asked)
    return dataclasses.replace(field, kind="choice", choices=asked) if is_asked else field


def _default_detail(entity: Entity) -> list[str | Section | Lines]:
    """Unless declared: the form's fields, then what the list shows beyond them, then the grids of lines."""
    sections = [part for part in entity.form if not isinstance(part, Lines)]
    asked = _asked_for(entity)
    rest = " ".join(word for word in entity.list.split() if word not in asked)
    return [*sections, *([rest] if rest else []), *(part for part in entity.form if isinstance(part, Lines))]


def _detail_part(entity: Entity, part: str | Section | Lines) -> Section | Lines:
    if isinstance(part, Lines):
        return _grid(entity, part)
    said = part if isinstance(part, Section) else Section(part)
    known = " ".join(word for word in said.words.split() if not _only_a_parameter(entity, word))
    return dataclasses.replace(said, columns=columns.of(entity, "detail", known))


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
    other = _by_name.get(name)
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
    for command in entity.verbs:
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
