"""What the API does with an entity: list, one, create, change, act. All through the same engine as the screens."""

# No postponed annotations here: ninja reads the signatures of functions made at run time.

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Router

from onmaru.kernel import permissions, refusals
from onmaru.kernel.commands import Command, Preview
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.rest.views import asking, problems, schemas, signing, telling
from onmaru.office.rest.views.telling import Branch
from onmaru.workbench import calls, detail, filters, keys, listing, registry, sight, values
from onmaru.workbench.entity import Entity

Json = dict[str, Any]
# What these look like, `document` says once: a model for each of five thousand answers took half of a start.
READING = dict.fromkeys((401, 403, 404, 422, 429))
WRITING = READING | dict.fromkeys((400, 409, 413))
LENIENT = "handling=lenient"  # RFC 7240: text is read as people type it
ETAG = re.compile(r'(?:W/)?"?(\d{1,9})"?')


def router(entity: Entity, *, is_told: bool) -> tuple[Router, list[type[schemas.In]]]:
    """The operations of an entity and the models of what they ask; only to be told of do they need any model."""
    face, bodies = Router(tags=[entity.name]), []
    record = schemas.out(entity) if is_told else None
    # Before the address of a record, which would take their verb for its id.
    for one in asking.aside(entity):
        bodies += _write(face, entity, record, one, asking.verb(entity, one))
    _read(face, entity, record)
    for command, verb in commands_of(entity):
        bodies += _write(face, entity, record, command, verb)
    return face, bodies


def _write(
    face: Router, entity: Entity, record: Any, command: Command[Any], verb: str
) -> list[type[schemas.In]]:
    """Mount a command at its address."""
    told, asked = _told(entity, record, command) if record else ({}, [])
    face.api_operation(
        ["PATCH" if command is entity.edit else "POST"],
        address(entity, command).replace("{id}", "{record_id}"),
        operation_id=f"{verb}_{_id(entity)}",
        summary=str(command.function.__doc__ or verb).split("\n")[0],
        **told,
    )(_act(entity, command) if command.has_subject else _create(entity, command))
    return asked


def address(entity: Entity, command: Command[Any]) -> str:
    """Where below the entity a command is: POST creates, PATCH /{id} edits, POST /{id}/{verb} and /{verb} act."""
    if command is entity.create:
        return ""
    verb = "" if command is entity.edit else f"/{asking.verb(entity, command)}"
    return f"/{{id}}{verb}" if command.has_subject else verb


def _read(face: Router, entity: Entity, record: Any) -> None:
    listed, one = _told_reading(entity, record) if record else ({}, {})
    listed |= {"operation_id": f"list_{_id(entity)}", "summary": f"List {entity.name}"}
    one |= {"operation_id": f"get_{_id(entity)}", "summary": f"One of {entity.name}"}
    face.get("", **listed)(_list(entity))
    face.get("/{record_id}", **one)(_one(entity))


def _told_reading(entity: Entity, record: Any) -> tuple[Json, Json]:
    included = schemas.included(telling.includable(entity))
    asked = [*schemas.parameters(entity), included]
    return (
        {
            "response": {200: schemas.page(entity, record)} | READING,
            "openapi_extra": {"parameters": asked},
        },
        {"response": {200: record} | READING, "openapi_extra": {"parameters": [included]}},
    )


def _told(entity: Entity, record: Any, command: Command[Any]) -> tuple[Json, list[type[schemas.In]]]:
    """What a command asks and answers."""
    asked = schemas.request(entity, command, asking.asks(entity, command))
    good = {201: record, 200: schemas.Preview}
    if command.has_subject:
        after = record if command is entity.edit else schemas.done(entity, record)
        good = {200: after | schemas.Preview}
    elif command.makes is not entity.model:
        good = {200: schemas.Answered | schemas.Preview}
    told = {"response": good | WRITING, "openapi_extra": _asked(asked, with_record=command.has_subject)}
    return told, [asked]


def _id(entity: Entity) -> str:
    return entity.name.replace("-", "_")


def commands_of(entity: Entity) -> list[tuple[Command[Any], str]]:
    """What may be done with an entity by the API, each with its verb."""
    named = [
        (entity.create, "create"),
        (entity.edit, "edit"),
        *((one, one.__name__) for one in entity.verbs),
    ]
    return [(command, verb) for command, verb in named if command is not None]


def _asked(body: type[schemas.In], *, with_record: bool) -> Json:
    needed = any(field.is_required() for field in body.model_fields.values())
    schema = {"$ref": schemas.REF.format(model=body.__name__)}
    return {
        "parameters": [*schemas.HEADERS, *([schemas.IF_MATCH] if with_record else [])],
        "requestBody": {"content": {"application/json": {"schema": schema}}, "required": needed},
    }


def _list(declared: Entity) -> Callable[[HttpRequest], HttpResponse]:
    def operation(request):  # type: ignore[no-untyped-def]
        by = signing.actor(request)
        entity = _seen(registry.now(declared), by)
        query = filters.read(entity, by, request.GET)
        tell = telling.teller(entity, _wanted(entity, query))
        refusals.check(query.problems)
        included = telling.branches(entity, by, request.GET.get("include", ""))
        found = listing.select(entity, by, query)
        cut = keys.cut(found, listing.order_of(entity, query), query.limit, query.after, query.before)
        count, totals = listing.measure(found, entity.list_columns, exact=True) if query.count else (None, [])
        sums = [
            {"currency": one.currency, "sums": {k: values.plain(v) for k, v in one.sums.items()}}
            for one in totals
        ]
        data = [tell(row) for row in cut.records]
        telling.embed(included, by, cut.records, data)
        return as_json(
            {"data": data, "next": cut.next, "previous": cut.previous, "count": count, "totals": sums}
        )

    return operation


def _one(declared: Entity) -> Callable[[HttpRequest, str], HttpResponse]:
    def operation(request, record_id: str):  # type: ignore[no-untyped-def]
        by = signing.actor(request)
        entity = _seen(registry.now(declared), by)
        included = telling.branches(entity, by, request.GET.get("include", ""))
        return _whole(entity, by, _find(entity, by, record_id), found=included)

    return operation


def _create(declared: Entity, command: Command[Any]) -> Callable[[HttpRequest], HttpResponse]:
    def operation(request):  # type: ignore[no-untyped-def]
        by, entity = signing.actor(request), registry.now(declared)
        result = _do(request, by, entity, command, None)
        if isinstance(result, Preview):
            return as_json(_preview(result))
        if not isinstance(result, entity.model):
            return as_json({"record": None, "result": telling.answered(result)})
        record = _reread(entity, by, result) or result
        answer = _whole(sight.of(entity, by), by, record, status=201)
        answer.headers["Location"] = f"{request.path.partition(entity.name)[0]}{entity.name}/{result.pk}"
        return answer

    return operation


def _act(declared: Entity, command: Command[Any]) -> Callable[[HttpRequest, str], HttpResponse]:
    def operation(request, record_id: str):  # type: ignore[no-untyped-def]
        by, entity = signing.actor(request), registry.now(declared)
        subject = _find(entity, by, record_id)
        result = _do(request, by, entity, command, subject)
        if isinstance(result, Preview):
            return as_json(_preview(result))
        shown, after = sight.of(entity, by), _reread(entity, by, subject)
        if command is entity.edit and after is not None:
            return _whole(shown, by, after)
        told = telling.whole(shown, by, after) if after else None
        return as_json({"record": told, "result": telling.reference(result)})

    return operation


def _do(request: HttpRequest, by: Actor, entity: Entity, command: Command[Any], subject: Any) -> Any:
    return calls.do(
        command,
        by,
        asking.given(
            by, entity, command, body(request), lenient=LENIENT in request.headers.get("Prefer", "")
        ),
        subject=subject,
        key=request.headers.get("Idempotency-Key"),
        dry_run=request.GET.get("dry_run", "").casefold() in values.YES,
        expected_version=_expected(request),
    )


def body(request: HttpRequest) -> Json:
    """The JSON object that a request carries. Raises Refused for anything else."""
    try:
        raw = orjson.loads(request.body) if request.body.strip() else {}
    except orjson.JSONDecodeError as error:
        raise Refused(problems.BODY_UNREADABLE()) from error
    if not isinstance(raw, dict):
        raise Refused(problems.BODY_UNREADABLE())
    return raw


def _expected(request: HttpRequest) -> int | None:
    """The version that If-Match names; one that is no version of ours matches nothing."""
    said = request.headers.get("If-Match", "").strip()
    if said in {"", "*"}:
        return None
    matched = ETAG.fullmatch(said)
    return int(matched[1]) if matched else -1


def _seen(entity: Entity, by: Actor) -> Entity:
    permission = permissions.code(entity.model, "view")
    if not by.may(permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permission))
    return sight.of(entity, by)


def _find(entity: Entity, by: Actor, record_id: str) -> Any:
    return detail.find(entity, by, id_of(record_id))


def id_of(text: str) -> int:
    """The id in an address, 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _reread(entity: Entity, by: Actor, record: Any) -> Any:
    """The record as it is now, None when it is gone or no longer to be seen."""
    return (
        filters.visible(entity, by).filter(pk=record.pk).first() if isinstance(record, entity.model) else None
    )


def _wanted(entity: Entity, query: filters.Query) -> set[str] | None:
    if not query.fields:
        return None
    known = {"id", "label", "version"} | {column.name for column in schemas.api_columns(entity)}
    query.problems += [
        filters.COLUMN_UNKNOWN("fields", name=name[:60]) for name in query.fields if name not in known
    ]
    return set(query.fields)


def _whole(
    entity: Entity, by: Actor, record: Any, *, status: int = 200, found: Sequence[Branch] = ()
) -> HttpResponse:
    answer = as_json(telling.whole(entity, by, record, found), status)
    if hasattr(record, "version"):
        answer.headers["ETag"] = f'"{record.version}"'
    return answer


def _preview(preview: Preview) -> Json:
    return {"dry_run": True, "result": telling.reference(preview.result), "effects": list(preview.effects)}


def as_json(body: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """An answer in JSON."""
    return HttpResponse(orjson.dumps(body, default=str), status=status, content_type="application/json")
