"""The OpenAPI document as the caller sees it: made entity by entity, and made again only for those that changed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.responses import Response
from ninja.security import SessionAuth

from onmaru.office.rest.views import operations, problems, reports, schemas, signing
from onmaru.workbench import ports, registry, sight
from onmaru.workbench.entity import Entity


class HouseAPI(NinjaAPI):
    """Ninja's API with our request models in its document and problems under their own media type."""

    bodies: list[type[schemas.In]]
    is_told: bool

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI 3.1 document of what is mounted here."""
        document = super().get_openapi_schema(**options)
        document["components"]["schemas"] |= schemas.definitions([problems.Problem, *self.bodies])
        problem = {problems.MEDIA_TYPE: {"schema": {"$ref": schemas.REF.format(model="Problem")}}}
        for methods in document["paths"].values():
            for operation in methods.values():
                for parameter in operation["parameters"]:
                    if parameter["name"] == "record_id":
                        parameter["schema"] = {"type": "integer", "minimum": 1}
                for status, answer in operation["responses"].items():
                    if int(status) >= 400:
                        answer["content"] = problem
        return document


def build(entities: Sequence[Entity], *, is_told: bool, whole: bool = True) -> HouseAPI:
    """The API of entities as they stand, declared to answer, shaped and narrowed to be told of; the reports too.

    The token comes first: a session asks for its own proof (CSRF).
    """
    api = HouseAPI(
        title="Onmaru",
        version="1",
        auth=[signing.Bearer(), SessionAuth()],
        docs_url=None,
        urls_namespace="api",
    )
    for caught in problems.CAUGHT:
        api.add_exception_handler(caught, problems.of_error)
    api.bodies, api.is_told = [], is_told
    for add in ports.operations:
        api.bodies += add(api, entities)
    for entity in entities:
        face, bodies = operations.router(entity, is_told=is_told)
        api.add_router(f"/{entity.name}", face)
        api.bodies += bodies
    if whole:
        api.add_router("/reports", reports.router())
    return api


def of(entities: Sequence[Entity]) -> dict[str, Any]:
    """The document of these entities and of the reports, in the language active now."""
    parts = [_part(one, get_language() or "") for one in (None, *entities)]
    paths = {path: told for part in parts for path, told in part["paths"].items()}
    named = {name: told for part in parts for name, told in part["components"]["schemas"].items()}
    return parts[0] | {"paths": paths, "components": parts[0]["components"] | {"schemas": named}}


@lru_cache(maxsize=512)
def _part(entity: Entity | None, language: str) -> dict[str, Any]:
    """What is told of an entity; of none, what is of no entity. A shaped or narrowed one is a copy of its own."""
    return build([entity] if entity else [], is_told=True, whole=entity is None).get_openapi_schema()


def answer(request: HttpRequest) -> HttpResponse:
    """The document without what is hidden from who asks; whoever is not signed in gets what the house declares."""
    try:
        signed = signing.Bearer()(request) or (request.user if request.user.is_authenticated else None)
        request.auth = signed  # type: ignore[attr-defined]
        by = signing.actor(request) if signed else None
    except problems.CAUGHT as error:
        return problems.of_error(request, error)
    if by is None:
        return Response(of([registry.declaration(one) for one in registry.every()]))
    return Response(of([sight.of(one, by) for one in registry.every()]))
