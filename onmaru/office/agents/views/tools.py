"""The tools of an agent: an operation of the API each, from the same declarations, typed by the same schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from onmaru.kernel import permissions, personal
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.office.access.views.api import Reveal
from onmaru.office.inquiries.ports import Inquiry, inquiries
from onmaru.office.inquiries.views import api as inquired
from onmaru.office.rest.views import asking, operations, schemas
from onmaru.workbench import registry, report, sight
from onmaru.workbench.entity import Entity
from onmaru.workbench.report import Report

Json = dict[str, Any]
RECORD: Json = {"type": "integer", "minimum": 1, "description": "The id of the record"}


@dataclass(frozen=True)
class Tool:
    """An operation of the API as an agent meets it. ``needs`` are the permissions without which it is not there, as it
    is not without any ``one_of`` some.

    ``path`` is its address, with ``{id}`` where it is of one record. What ``writes`` is tried before it is done; what
    only ``tells`` is not, whatever its method.
    """

    name: str
    title: str
    words: str
    needs: tuple[str, ...]
    method: str
    path: str
    asks: Json
    danger: bool = False
    one_of: tuple[str, ...] = ()
    tells: bool = False

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return self.method != "GET" and not self.tells

    def lacking(self, by: Actor) -> bool:
        """Whether the actor lacks a permission without which it is not there."""
        some = not self.one_of or any(by.may(code) for code in self.one_of)
        return not some or not all(by.may(code) for code in self.needs)

    @property
    def of_record(self) -> bool:
        """Whether it is of one record."""
        return "{id}" in self.path

    def as_dict(self) -> Json:
        """The tool as the protocol lists it."""
        hints = {"title": self.title, "readOnlyHint": not self.writes, "openWorldHint": False}
        if self.writes:
            hints |= {"destructiveHint": self.danger, "idempotentHint": True}
        return {
            "name": self.name,
            "title": self.title,
            "description": self.words,
            "inputSchema": self.asks,
            "annotations": hints,
        }


_made: dict[Any, Mapping[str, Tool]] = {}


def every(by: Actor) -> Mapping[str, Tool]:
    """All tools by name, as shaped now, without fields hidden from the actor; kept for who sees the same."""
    key = (tuple(registry.every()), get_language(), by.hidden, by.fixed)
    if key not in _made:
        if len(_made) > 16:
            _made.clear()
        _made[key] = {one.name: one for one in _all(by)}
    return _made[key]


def offered(by: Actor) -> list[Tool]:
    """The tools of what the actor may do."""
    return [one for one in every(by).values() if not one.lacking(by)]


def _all(by: Actor) -> Iterator[Tool]:
    for entity in registry.every():
        yield from of(sight.of(entity, by))
    for one in report.every():
        yield _report(one)
    for asked in inquiries.values():
        yield _inquiry(asked)
    yield _reveal()


def of(entity: Entity) -> Iterator[Tool]:
    """The tools of an entity: to read its records, and each of its commands."""
    yield from _reads(entity)
    yield from _writes(entity)


def _reads(entity: Entity) -> Iterator[Tool]:
    stem, view = _stem(entity.name), permissions.code(entity.model, "view")
    asked = _object({one["name"]: one["schema"] | _words(one) for one in schemas.parameters(entity)})
    listed = _("{label}: a page of records that fit, by filters, search and order").format(label=entity.label)
    whole = _("{label}: one record with its lines").format(label=entity.one)
    yield Tool(f"list_{stem}", str(entity.label), listed, (view,), "GET", f"/api/{entity.name}", asked)
    one = _object({"id": RECORD}, ["id"])
    yield Tool(f"get_{stem}", str(entity.one), whole, (view,), "GET", f"/api/{entity.name}/{{id}}", one)


def _writes(entity: Entity) -> Iterator[Tool]:
    if entity.create is not None:
        yield _command(entity, entity.create, "create", "POST")
    if entity.edit is not None:
        yield _command(entity, entity.edit, "edit", "PATCH")
    for one in (*asking.aside(entity), *entity.verbs):
        yield _command(entity, one, asking.verb(entity, one), "POST")


def _command(entity: Entity, command: Command[Any], verb: str, method: str) -> Tool:
    view = permissions.code(entity.model, "view")
    doc = " ".join(str(command.function.__doc__ or verb).split())
    return Tool(
        f"{verb}_{_stem(entity.name)}",
        f"{entity.one}: {command.label}",
        f"{doc} {_('First answers what it would do and a confirmation; with that it is done.')}",
        (command.permission, view) if command.has_subject else (command.permission,),
        method,
        f"/api/{entity.name}{operations.address(entity, command)}",
        _asked(entity, command),
        command.danger,
    )


def _asked(entity: Entity, command: Command[Any]) -> Json:
    """What a command asks, by the API's own model of it, and what an agent adds."""
    schema = schemas.request(entity, command, asking.asks(entity, command)).model_json_schema()
    said = {"type": "string", "description": _("What the trial answered; without it nothing is done")}
    more = ({"id": RECORD} if command.has_subject else {}) | {"confirmation": said}
    schema["properties"] = more | schema.get("properties", {})
    schema["required"] = [*(["id"] if command.has_subject else []), *schema.get("required", [])]
    return schema


def _report(one: Report) -> Tool:
    asked = {field.name: {"type": "string", "description": str(field.label)} for field in one.fields}
    name, words = f"report_{_stem(one.name)}", _("The report “{label}” as a table").format(label=one.label)
    return Tool(
        name, str(one.label), words, (one.permission,), "GET", f"/api/reports/{one.name}", _object(asked)
    )


def _inquiry(one: Inquiry) -> Tool:
    needs = (one.permission,) if one.permission else ()
    asked = inquired.schema(one)
    return Tool(
        f"ask_{one.name}", str(one.label), str(one.words), needs, "GET", f"/api/ask/{one.name}", asked
    )


def _reveal() -> Tool:
    """Personal data in clear: told at once, for a reason, and the access log keeps whose and what for."""
    kinds = tuple(personal.permission(one) for one in apps.get_models() if personal.names(one))
    words = _("A masked value in clear, for a reason; the access log keeps who saw whose and what for")
    return Tool(
        "reveal",
        _("Show"),
        words,
        (),
        "POST",
        "/api/reveal",
        Reveal.model_json_schema(),
        one_of=kinds,
        tells=True,
    )


def _object(properties: Json, required: list[str] | None = None) -> Json:
    found: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | {"required": required} if required else found


def _words(parameter: Json) -> Json:
    return {"description": parameter["description"]}


def _stem(name: str) -> str:
    return name.replace("-", "_")
