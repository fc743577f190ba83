"""Taking back by the API what the same person or program did to a record just now."""

# No postponed annotations here: ninja reads the signatures of functions made at run time.

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone
from ninja import NinjaAPI, Router, Schema

from onmaru.kernel import refusals
from onmaru.kernel.models import AuditRow
from onmaru.kernel.refusals import Refused
from onmaru.office.rest.views import operations, signing
from onmaru.office.undo import commands
from onmaru.workbench import ports, registry
from onmaru.workbench.entity import Entity

SOURCE = "undo"


class Undone(Schema):
    """What was taken back: the command, and the record it had been done to."""

    command: str
    id: int
    label: str


def register() -> None:
    """Called once when the house starts."""
    ports.operations.append(_mount)


def _mount(api: NinjaAPI, _entities: Sequence[Entity]) -> list[Any]:
    face = Router(tags=["undo"])
    face.post(
        "/{entity}/{record_id}",
        response={200: Undone} | operations.WRITING,
        operation_id="undo",
        summary="Take back what you did last to a record, within a minute",
    )(_undo)
    api.add_router("/undo", face)
    return []


def _undo(request, entity: str, record_id: str):  # type: ignore[no-untyped-def]
    by, declared = signing.actor(request), registry.get(entity)
    row = (
        _last(declared, operations.id_of(record_id), by.user_id)
        if declared is not None and by.user_id
        else None
    )
    if row is None:
        raise Refused(refusals.NOT_FOUND())
    done = commands.undo(row, replace(by, source=SOURCE))
    return operations.as_json({"command": row.command, "id": row.subject_id, "label": str(done)})


def _last(entity: Entity, key: int, user_id: int) -> AuditRow | None:
    """The person's last deed to a record, unless it was to take something back or is too long ago."""
    of = {"subject_kind": entity.model._meta.label_lower, "subject_id": key, "by_id": user_id}
    mine = AuditRow.objects.filter(**of, at__gt=timezone.now() - commands.WITHIN)
    row = mine.order_by("-id").first()
    return row if row is not None and row.source != SOURCE else None
