"""Many at once by the API: made, changed or acted on, answered item by item; what is many becomes a run."""

# No postponed annotations here: ninja reads the signatures of functions made at run time.

from collections.abc import Callable, Sequence
from typing import Any

import pydantic
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from onmaru.kernel import permissions, refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.models import Token
from onmaru.kernel.refusals import Refused
from onmaru.office.batches import queries
from onmaru.office.batches.commands import sent
from onmaru.office.batches.models import Run
from onmaru.office.rest.views import asking, document, operations, problems, schemas, signing
from onmaru.workbench import calls, ports, registry
from onmaru.workbench.entity import Entity

INLINE = 50
MOST = 5000
LONGEST_KEY = 100
"""Shorter than a key elsewhere: the place of the item is added to it."""


class ItemOut(Schema):
    """What became of an item: the record, or every reason why nothing was done."""

    place: int
    done: bool
    id: int | None
    label: str
    reasons: list[problems.ReasonOut]


class Many(Schema):
    """What became of a request of many: ``run`` is the address that goes on telling it while ``state`` is working."""

    state: str
    run: str | None
    total: int
    done: int
    refused: int
    items: list[ItemOut]


def register() -> None:
    """Called once when the house starts."""
    ports.operations.append(mount)


def mount(api: document.HouseAPI, entities: Sequence[Entity]) -> list[type[schemas.In]]:
    """Add the operations on many of each entity, and the address of a run."""
    runs = Router(tags=["bulk"])
    runs.get(
        "/{record_id}",
        response={200: Many} | operations.READING,
        operation_id="get_bulk",
        summary="What became of a request of many items",
    )(_run)
    api.add_router("/bulk", runs)
    bodies: list[type[schemas.In]] = []
    for entity in entities:
        face = Router(tags=[entity.name])
        for command, verb in operations.commands_of(entity):
            told, asked = _told(entity, command) if api.is_told else ({}, [])
            bodies += asked
            face.api_operation(
                ["PATCH" if command is entity.edit else "POST"],
                "" if command in {entity.create, entity.edit} else f"/{verb}",
                operation_id=f"{verb}_many_{entity.name.replace('-', '_')}",
                summary=f"{verb.capitalize()} many of {entity.name}, each by itself",
                **told,
            )(_many(entity, command))
        api.add_router(f"/{entity.name}/bulk", face)
    return bodies


def _told(entity: Entity, command: Command[Any]) -> tuple[dict[str, Any], list[type[schemas.In]]]:
    asked = _body_of(entity, command)
    schema = {"$ref": schemas.REF.format(model=asked.__name__)}
    extra = {
        "parameters": [schemas.HEADERS[0]],
        "requestBody": {"content": {"application/json": {"schema": schema}}, "required": True},
    }
    return {"response": {200: Many, 202: Many} | operations.WRITING, "openapi_extra": extra}, [asked]


def _body_of(entity: Entity, command: Command[Any]) -> type[schemas.In]:
    one = schemas.request(entity, command, asking.asks(entity, command))
    extra: dict[str, Any] = {}
    if command.has_subject:
        extra = {"id": (int, ...), "version": (int | None, None)}
    item = pydantic.create_model(f"{one.__name__}Item", __base__=one, **extra)
    items = (list[item], pydantic.Field(max_length=MOST))  # type: ignore[valid-type]
    return pydantic.create_model(f"{one.__name__}Many", __base__=schemas.In, items=items)


def _many(declared: Entity, command: Command[Any]) -> Callable[[HttpRequest], HttpResponse]:
    def operation(request):  # type: ignore[no-untyped-def]
        by, entity = signing.actor(request), registry.now(declared)
        if not by.may(command.permission):
            raise Refused(refusals.NOT_PERMITTED(permission=permissions.in_words(command)))
        items, key = _items(operations.body(request)), _key(request)
        if len(items) > INLINE:
            signed = request.auth
            token_id = signed.pk if isinstance(signed, Token) else None
            run = sent.start(entity, command, items, by, key=key, token_id=token_id)
            return _answer(run, status=202)
        found = sent.do(entity, command, items, by, key=key)
        good = sum(one["done"] for one in found)
        told = {"state": Run.State.DONE, "run": None, "total": len(found), "done": good}
        return operations.as_json(told | {"refused": len(found) - good, "items": found})

    return operation


def _items(raw: dict[str, Any]) -> list[dict[str, Any]]:
    items = raw.pop("items", None)
    refusals.check([refusals.FIELD_UNKNOWN(name, label=name) for name in raw])
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise Refused(sent.ITEMS_UNREADABLE("items"))
    if len(items) > MOST:
        raise Refused(sent.TOO_MANY_ITEMS("items", most=f"{MOST:,}"))
    return items


def _key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY:
        raise Refused(calls.KEY_UNUSABLE("Idempotency-Key", limit=LONGEST_KEY))
    return key


def _run(request, record_id: str):  # type: ignore[no-untyped-def]
    by = signing.actor(request)
    run = queries.find(operations.id_of(record_id), by)
    if run.kind != Run.Kind.SENT:
        raise Refused(refusals.NOT_FOUND())
    return _answer(run)


def _answer(run: Run, *, status: int = 200) -> HttpResponse:
    address = f"/api/bulk/{run.pk}"
    told = {"state": run.state, "run": address, "total": run.total, "done": run.done, "refused": run.refused}
    answer = operations.as_json(told | {"items": list(queries.items(run))}, status)
    if status == 202:
        answer.headers["Location"] = address
    return answer
