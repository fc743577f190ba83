"""Opening a masked value by the API: the same deed, permission and line in the log as the eye on a page."""

# No postponed annotations here: ninja reads the signatures of functions made at run time.

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router, Schema

from onmaru.kernel import personal, refusals
from onmaru.kernel.refusals import Refused
from onmaru.office.access import queries
from onmaru.office.rest.views import asking, operations, schemas, signing
from onmaru.workbench import ports
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Field


class Opened(Schema):
    """The whole of a masked value."""

    value: str


class Reveal(schemas.In):
    """Whose field is opened: ``kind`` as the access log calls it (party.contact), and what for."""

    kind: str
    id: int
    field: str
    reason: str


FIELDS = (
    Field("kind", "kind", "text"),
    Field("id", "id", "integer"),
    Field("field", "field", "text"),
    Field("reason", "reason", "text"),
)


def register() -> None:
    """Called once when the house starts."""
    ports.operations.append(mount)


def mount(api: NinjaAPI, entities: Sequence[Entity]) -> list[type[schemas.In]]:
    """Add the one operation; it is of no entity, for lines have personal fields too."""
    face = Router(tags=["personal"])
    schema = {"$ref": schemas.REF.format(model=Reveal.__name__)}
    face.post(
        "",
        response={200: Opened} | operations.WRITING,
        operation_id="reveal",
        summary="Open a masked value; the access log says who saw it",
        openapi_extra={
            "requestBody": {"content": {"application/json": {"schema": schema}}, "required": True}
        },
    )(_reveal)
    api.add_router("/reveal", face)
    return [Reveal]


def _reveal(request: HttpRequest) -> HttpResponse:
    by = signing.actor(request)
    asked = asking.read(FIELDS, operations.body(request), by)
    record = queries.named(asked["kind"], asked["id"], by)
    if record is None:
        raise Refused(refusals.NOT_FOUND("id"))
    value = personal.reveal(record, asked["field"], by=by, reason=asked["reason"])
    return operations.as_json({"value": value})
