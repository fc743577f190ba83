"""The addresses of what the faces fetch beside the list's own address."""

from django.urls import path

from onmaru.office.faces.views import flow, sheet

urlpatterns = [
    path("faces/<slug:name>/<int:pk>/flow", flow.graph),
    path("faces/<slug:name>/groups", sheet.groups),
]
