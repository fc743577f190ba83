"""The addresses below /api/: every entity's operations and the document that describes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.security import SessionAuth

from onmaru.workbench import ports, registry
from onmaru.workbench.api import operations, problems, reports, schemas, signing
from onmaru.workbench.entity import Entity


class HouseAPI(NinjaAPI):
    """Ninja's API with our request models in its document and problems under their own media type."""

    bodies: list[type[schemas.In]]
    known: dict[str, Any]
    described: HouseAPI

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI 3.1 document, made once for each shape: it takes a second and says the same to everyone."""
        shape = [number() for number in ports.shape_numbers]
        wanted = repr(sorted(options.items()))
        if self.known.get("shape") != shape:
            self.known, self.described = {"shape": shape}, build(registry.every()) if any(shape) else self
        if wanted not in self.known:
            self.known[wanted] = self.described._described(**options)
        document: OpenAPISchema = self.known[wanted]
        return document

    def _described(self, **options: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**options)
        document["components"]["schemas"] |= schemas.definitions(self.bodies)
        for methods in document["paths"].values():
            for operation in methods.values():
                for parameter in operation["parameters"]:
                    if parameter["name"] == "record_id":
                        parameter["schema"] = {"type": "integer", "minimum": 1}
                for status, answer in operation["responses"].items():
                    if int(status) >= 400:
                        answer["content"] = {problems.MEDIA_TYPE: answer["content"].pop("application/json")}
        return document


def build(entities: Sequence[Entity]) -> HouseAPI:
    """The API of entities as they stand: declared to answer, shaped to be described.

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
    api.bodies, api.known = [], {}
    for add in ports.operations:
        api.bodies += add(api, entities)
    for entity in entities:
        face, bodies = operations.router(entity)
        api.add_router(f"/{entity.name}", face)
        api.bodies += bodies
    api.add_router("/reports", reports.router())
    return api


answering = build([registry.declaration(one) for one in registry.every()])
urlpatterns = [path("", answering.urls), path("<path:rest>", problems.missing)]
