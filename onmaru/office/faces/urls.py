"""The addresses of what the faces fetch and give out beside the list's own address."""

from django.urls import path

from onmaru.office.faces.views import flow, pivot

urlpatterns = [
    path("faces/<slug:name>/pivot.xlsx", pivot.export),
    path("faces/<slug:name>/<int:pk>/flow", flow.graph),
]
