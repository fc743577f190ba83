"""The addresses below /api/: every entity's operations and the document that describes them."""

from __future__ import annotations

from typing import Any

from django.urls import path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.security import SessionAuth

from onmaru.workbench import registry
from onmaru.workbench.api import operations, problems, reports, schemas


class HouseAPI(NinjaAPI):
    """Ninja's API with our request models in its document and problems under their own media type."""

    bodies: list[type[schemas.In]]
    known: dict[str, OpenAPISchema]

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI 3.1 document, made once: it takes a second and says the same to everyone."""
        wanted = repr(sorted(options.items()))
        if wanted not in self.known:
            self.known[wanted] = self._described(**options)
        return self.known[wanted]

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


def build() -> HouseAPI:
    """The API of all entities registered now. A token beside the session is one more entry of ``auth``."""
    api = HouseAPI(
        title="Onmaru",
        version="1",
        auth=[SessionAuth()],
        docs_url=None,
        urls_namespace="api",
    )
    for caught in problems.CAUGHT:
        api.add_exception_handler(caught, problems.of_error)
    api.bodies, api.known = [], {}
    for entity in registry.every():
        face, bodies = operations.router(entity)
        api.add_router(f"/{entity.name}", face)
        api.bodies += bodies
    api.add_router("/reports", reports.router())
    return api


urlpatterns = [path("", build().urls), path("<path:rest>", problems.missing)]
