"""The addresses below /api/: every entity's operations and the document that describes them."""

from __future__ import annotations

from django.urls import path

from onmaru.office.rest.views import document, problems
from onmaru.workbench import registry

answering = document.build([registry.declaration(one) for one in registry.every()], is_told=False)
urlpatterns = [
    path("openapi.json", document.answer),
    path("", answering.urls),
    path("<path:rest>", problems.missing),
]
