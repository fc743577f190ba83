"""Inquiries by the API: one operation each, its fields as the parameters of the address."""

# No postponed annotations here: ninja reads the signatures of functions made at run time.

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refused
from onmaru.office.inquiries.ports import Inquiry, inquiries
from onmaru.office.rest.views import operations, schemas, signing
from onmaru.workbench import menu, ports, shown, values
from onmaru.workbench.entity import Entity
from onmaru.workbench.references import References

Json = dict[str, Any]


def register() -> None:
    """Called once when the house starts."""
    ports.operations.append(mount)


def mount(api: NinjaAPI, _entities: Sequence[Entity]) -> list[Any]:
    """Add the inquiries to the API."""
    face = Router(tags=["ask"])
    for one in inquiries.values():
        face.get(
            f"/{one.name}",
            response={200: Json} | operations.READING,
            operation_id=f"ask_{one.name}",
            summary=str(one.words),
            openapi_extra={"parameters": _parameters(one)},
        )(_asked(one))
    api.add_router("/ask", face)
    return []


def schema(one: Inquiry) -> Json:
    """What an inquiry asks, as an object."""
    return schemas.body(f"Ask{one.name.capitalize()}", one.fields).model_json_schema()


def _parameters(one: Inquiry) -> list[Json]:
    found = schema(one)
    needed = found.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in needed,
            "schema": said,
            "description": said["description"],
        }
        for name, said in found["properties"].items()
    ]


def _asked(one: Inquiry) -> Callable[[HttpRequest], HttpResponse]:
    def operation(request):  # type: ignore[no-untyped-def]
        by = signing.actor(request)
        if one.permission and not by.may(one.permission):
            raise Refused(refusals.NOT_PERMITTED(permission=one.label))
        many = {field.name for field in one.fields if field.many}
        raw = {name: request.GET.getlist(name) if name in many else request.GET[name] for name in request.GET}
        given, reasons = values.read_all(one.fields, raw, References(by))
        refusals.check(reasons)
        with shown.at_home(*(one.currency for one in menu.companies(by))):
            return operations.as_json(one.answer(by, given))

    return operation
