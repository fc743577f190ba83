"""Many items that a program sends in one request: each by itself, by the command it would call alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import permissions, refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.batches import ports, queries
from onmaru.office.batches.commands import runs
from onmaru.office.batches.models import Chunk, Run
from onmaru.office.rest.views import asking, operations
from onmaru.workbench import calls, filters, references, values
from onmaru.workbench.entity import Entity

CHUNK = 100

ITEMS_UNREADABLE = refusals.reason("items_unreadable", _("The items of a request are a list of objects."))
TOO_MANY_ITEMS = refusals.reason("too_many_items", _("At most {most} items come in one request."))

Items = Sequence[Mapping[str, Any]]
Outcome = dict[str, Any]


def do(
    entity: Entity, command: Command[Any], items: Items, by: Actor, *, key: str, first: int = 0
) -> list[Outcome]:
    """What became of each item: the record, or every reason why not. One that fails keeps none of the others back.

    With a ``key`` each is done once by the key and its place, which ``first`` begins.
    """
    named = [one.get("id") for one in items]
    seen = (
        filters.visible(entity, by).in_bulk([pk for pk in named if _is_id(pk)]) if command.has_subject else {}
    )
    return [
        _outcome(entity, command, item, by, key=f"{key}:{place}" if key else None, place=place, seen=seen)
        for place, item in enumerate(items, first)
    ]


def _is_id(raw: Any) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw <= references.LARGEST_ID


def _outcome(
    entity: Entity,
    command: Command[Any],
    item: Mapping[str, Any],
    by: Actor,
    *,
    key: str | None,
    place: int,
    seen: Mapping[int, Any],
) -> Outcome:
    found: Outcome = {"place": place, "done": False, "id": None, "label": "", "reasons": []}
    try:
        record = _one(entity, command, dict(item), by, key, seen)
    except Refused as refused:
        return found | {"reasons": [reason.as_dict() for reason in refused.reasons]}
    return found | {"done": True, "id": record.pk, "label": str(record)}


def _one(
    entity: Entity,
    command: Command[Any],
    item: dict[str, Any],
    by: Actor,
    key: str | None,
    seen: Mapping[int, Any],
) -> models.Model:
    """The record that an item made or changed. Raises Refused."""
    subject, version = None, None
    if command.has_subject:
        subject, version = seen.get(item.pop("id", None)), item.pop("version", None)
        if subject is None:
            raise Refused(refusals.NOT_FOUND("id"))
        if version is not None and not _is_id(version):
            raise Refused(refusals.FIELD_UNKNOWN("version", label="version"))
    given = asking.given(by, entity, command, item)
    result = calls.do(command, by, given, subject=subject, key=key, expected_version=version)
    made: models.Model = subject if subject is not None else result
    return made


@transaction.atomic
def start(
    entity: Entity,
    command: Command[Any],
    items: Items,
    by: Actor,
    *,
    key: str,
    token_id: int | None,
) -> Run:
    """Lay the items out as a run that the workers do; with the ``key`` of an earlier one, that run.

    Raises Refused without the permission, and for a key that came with other items.
    """
    if not by.may(command.permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permissions.in_words(command)))
    known = Run.objects.filter(kind=Run.Kind.SENT, by_id=by.user_id, plan__key=key).first() if key else None
    if known is not None:
        _same(known, entity, command, items)
        return known
    refusals.check(
        values.UNREADABLE(f"items.{place}", label="items", text="\\u0000", kind="JSON")
        for place, item in enumerate(items)
        if _holds_nul(item)
    )
    title = f"{command.label} · {len(items):,} {entity.label}"
    run = runs.new(Run.Kind.SENT, entity.name, title, by, command=command.name, key=key, token=token_id)
    for place, begin in enumerate(range(0, len(items), CHUNK)):
        runs.lay(run, place, items[begin : begin + CHUNK])
    run.total = len(items)
    runs.begin(run, Run.Phase.APPLY)
    return run


def _holds_nul(item: Any) -> bool:
    """Whether there is the one sign in it that the database keeps in no text: what is done at once says so itself."""
    if isinstance(item, str):
        return "\0" in item
    if isinstance(item, Mapping):
        return any(_holds_nul(one) for pair in item.items() for one in pair)
    return isinstance(item, list) and any(_holds_nul(one) for one in item)


def _same(run: Run, entity: Entity, command: Command[Any], items: Items) -> None:
    laid = [row for chunk in queries.chunks(run) for row in chunk.rows]
    if (run.entity, run.plan["command"], laid) != (entity.name, command.name, list(items)):
        raise Refused(refusals.KEY_REUSED("Idempotency-Key"))


def apply(run: Run, chunk: Chunk, by: Actor) -> dict[str, Any]:
    """Do a chunk; what became of each item is kept for whoever asks for the run."""
    entity = queries.entity_of(run)
    offered = {one.name: one for one, _verb in operations.commands_of(entity)}
    command = calls.offered(offered.get(run.plan["command"]))
    key = run.plan["key"] or run.source
    found = do(entity, command, chunk.rows, by, key=key, first=chunk.place * CHUNK)
    good = [one["id"] for one in found if one["done"]]
    return {
        "made": [] if command.has_subject else good,
        "changed": good if command.has_subject else [],
        "refused": [[one["place"], one["reasons"]] for one in found if not one["done"]],
        "items": found,
    }


ports.works[Run.Kind.SENT] = ports.Work(apply)
