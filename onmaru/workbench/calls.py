"""From a screen, a file or the API to a command: the one way in, so that all of them mean the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, custom, refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import fields, ports, registry, sight
from onmaru.workbench.entity import Entity, Lines
from onmaru.workbench.fields import Field

LONGEST_KEY = 120

NOT_OFFERED = refusals.reason("not_offered", _("Records of this kind are not made or changed here."))
KEY_UNUSABLE = refusals.reason("key_unusable", _("A request key has 1 to {limit} characters without spaces."))


def do(
    command: Command[Any],
    by: Actor,
    values: Mapping[str, Any],
    *,
    subject: Any = None,
    key: str | None = None,
    dry_run: bool = False,
    expected_version: int | None = None,
) -> Any:
    """Run ``command``. Raises Refused; with ``dry_run`` answers the Preview."""
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable() and " " not in key):
        raise Refused(KEY_UNUSABLE("Idempotency-Key", limit=LONGEST_KEY))
    day = calendars.today(subject, *(value for value in values.values() if isinstance(value, models.Model)))
    if subject is None:
        values = _given(command, by) | dict(values)
    own = {name: value for name, value in values.items() if name.startswith(custom.PREFIX)}
    given = {"today": day, **{name: value for name, value in values.items() if name not in own}}
    common: dict[str, Any] = {"by": by, "idempotency_key": key, "dry_run": dry_run, "custom": own}
    if subject is None:
        return command(**common, **given)
    told = [] if dry_run else [tell(command, by, subject, values) for tell in ports.before]
    result = command(subject, **common, expected_version=expected_version, **given)
    for afterwards in filter(None, told):
        afterwards()
    return result


def _given(command: Command[Any], by: Actor) -> dict[str, Any]:
    """What the administrator lets a new record hold where nobody says otherwise."""
    entity = registry.of_model(command.model) if command.model else None
    return dict(sight.of(entity, by).given) if entity is not None and command is entity.create else {}


def asks(entity: Entity, command: Command[Any], by: Actor | None = None) -> tuple[Field, ...]:
    """What a command asks beyond its record: for create and edit the form's fields it takes, else its parameters.

    What is asked for lines of another kind is narrowed to what ``by`` may see of them.
    """
    if command is entity.create or command is entity.edit:
        taken = (one for one in entity.input_fields if takes(command, one.name))
        return tuple(taken) if command is entity.create else tuple(one.later() for one in taken)
    told = (one for one in _parameters(command) if one.name not in entity.unseen)
    return tuple(_with_own(one, command, by) for one in told)


def _with_own(one: Field, command: Command[Any], by: Actor | None) -> Field:
    """A grid whose rows become lines of what the command makes asks for the company's own fields of these too."""
    if one.kind != "lines" or one.shape is not None or command.makes is None:
        return one
    found = registry.of_model(command.makes)
    made = sight.of(found, by) if found and by else found
    grids = (part for part in made.detail_parts if isinstance(part, Lines)) if made else ()
    more = next((part.fields for part in grids if part.name == one.name), ())
    return dataclasses.replace(one, lines=(*one.lines, *more)) if more else one


@cache
def _parameters(command: Command[Any]) -> tuple[Field, ...]:
    return tuple(
        fields.of_parameter(parameter, command.asks.get(name, ""), command.model)
        for name, parameter in command.parameters.items()
        # For a file, or a record of any kind, no words are typed.
        if "bytes" not in str(parameter.annotation) and parameter.annotation is not models.Model
    )


@cache
def takes(command: Command[Any], name: str) -> bool:
    """Whether a command has a parameter of this name, or it is a field of the company's own."""
    return name.startswith(custom.PREFIX) or name in command.parameters or registry.takes_any(command)


def offered(command: Command[Any] | None) -> Command[Any]:
    """The command, or Refused(not_offered) when the declaration has none."""
    if command is None:
        raise Refused(NOT_OFFERED())
    return command
