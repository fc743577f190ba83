"""What a program may say to a command: what people are asked, and what no form asks: files, rows, other records."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin

from django.apps import apps
from django.db import models

from onmaru.kernel import commands, permissions, refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.rest.views import schemas
from onmaru.workbench import calls, fields, registry, sight, values
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Field
from onmaru.workbench.references import References

Json = dict[str, Any]


class File(NamedTuple):
    """A file that comes with others: its name and bytes."""

    name: str
    content: bytes


def aside(entity: Entity) -> tuple[Command[Any], ...]:
    """The commands for which no list or page of the model has a button, only a screen of their room's own."""
    main = registry.of_model(entity.model)
    return _aside(entity.model) if main is not None and main.name == entity.name else ()


@cache
def _aside(model: type[models.Model]) -> tuple[Command[Any], ...]:
    kin = [one for one in registry.every() if one.model is model]
    shown = {command for one in kin for command in (one.create, one.edit, *one.verbs)}
    # A deletion is declared by whoever asks for it first, as an undo: it is people's only where their list says so.
    deletion = f"{model._meta.label_lower}.delete"
    own = (
        one
        for name, one in commands.registry.items()
        if one.model is model and name != deletion and not one.inner
    )
    return tuple(one for one in own if one not in shown)


def verb(entity: Entity, command: Command[Any]) -> str:
    """What an action is called: those made all or none are not those made many at once, each by itself."""
    return "create_all" if command is entity.in_bulk else command.__name__


def asks(entity: Entity, command: Command[Any], by: Actor | None = None) -> tuple[Field, ...]:
    """Everything that a command takes, typed: the fields of its form, then its other parameters by their signature.

    A parameter that may be any record is asked as its kind and id, a file as base64; ``rows`` of the command that
    makes many are what the one that makes one asks. What is hidden from who sees this entity is not asked.
    """
    found = {one.name: one for one in calls.asks(entity, command, by)}
    for name, parameter in command.parameters.items():
        if name not in found and name not in entity.unseen:
            found |= {one.name: one for one in _unasked(name, parameter, command)}
        elif name in found and get_origin(_plain(parameter.annotation)) in (dict, Mapping):
            found[name] = dataclasses.replace(found[name], shape=dict)
    if command is entity.in_bulk and entity.create is not None:
        rows = calls.asks(entity, entity.create, by)
        found["rows"] = dataclasses.replace(found["rows"], lines=rows, shape=dict)
    return tuple(found.values())


def _unasked(name: str, parameter: inspect.Parameter, command: Command[Any]) -> Iterator[Field]:
    plain = _plain(parameter.annotation)
    if plain is models.Model:
        yield Field(f"{name}_kind", f"{name}_kind")
        yield Field(f"{name}_id", f"{name}_id", "integer", limits=(1, 2**63 - 1))
        return
    one = fields.of_parameter(parameter, command.asks.get(name, ""), command.model)
    if get_origin(plain) is Sequence and get_args(plain)[0] == tuple[str, bytes]:
        cells = (Field("name", "name", max_length=255), Field("content", "content", "bytes"))
        one = dataclasses.replace(one, kind="lines", many=False, lines=cells, shape=File)
    elif get_origin(plain) in (dict, Mapping):
        one = dataclasses.replace(one, shape=dict)
    yield one


def _plain(annotation: Any) -> Any:
    """The type without its None."""
    inner = [one for one in get_args(annotation) if one is not type(None)]
    return inner[0] if type(None) in get_args(annotation) and len(inner) == 1 else annotation


def given(by: Actor, entity: Entity, command: Command[Any], raw: Json, *, lenient: bool = False) -> Json:
    """The values that a command's JSON means. Raises Refused with every reason, and without the permission.

    A ``lenient`` reading takes text for whatever people may type as text, as a form does.
    """
    if not by.may(command.permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permissions.in_words(command)))
    asked = asks(sight.of(entity, by), command, by)
    found = read(asked, raw, by, partial=command is entity.edit, lenient=lenient)
    for name, parameter in command.parameters.items():
        if parameter.annotation is models.Model:
            found[name] = _record(by, name, found.pop(f"{name}_kind"), found.pop(f"{name}_id"))
    return found


def read(
    asked: Sequence[Field], raw: Json, by: Actor, *, partial: bool = False, lenient: bool = False
) -> Json:
    """The values that the JSON of these fields means. Raises Refused with every reason."""
    strict = {name: one for name, one in raw.items() if not (lenient and isinstance(one, str))}
    named = {one.name: one for one in asked}
    wrong = {name: _unreadable(name, named.get(name), raw) for name in schemas.misfits(asked, strict)}
    found, reasons = values.read_all(asked, raw, References(by), partial=partial)
    refusals.check([*wrong.values(), *(reason for reason in reasons if reason.field not in wrong)])
    return found


def _unreadable(name: str, one: Field | None, raw: Json) -> Refusal:
    """What was sent instead of the JSON, or of one of the choices, that the document names."""
    among = ", ".join(str(value) for value, _label in list(one.choices)[:9]) if one else ""
    return values.UNREADABLE(name, label=name, text=str(raw.get(name, ""))[:40], kind=among or "JSON")


def _record(by: Actor, name: str, kind: str, key: int) -> Any:
    """A record that the asker sees, by its kind (sales.order) and id. Raises Refused(not_found)."""
    try:
        found = registry.rows_for(apps.get_model(kind), by).filter(pk=key).first()
    except (LookupError, ValueError):
        found = None
    if found is None:
        raise Refused(refusals.NOT_FOUND(f"{name}_id"))
    return found
