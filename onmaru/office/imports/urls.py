"""The addresses of the pages; they stand before those of the entities."""

from django.urls import path

from onmaru.office.imports.views import files, rejects

urlpatterns = [
    path("runs/<int:pk>/plan", files.plan),
    path("runs/<int:pk>/cell", files.cell),
    path("runs/<int:pk>/replace", files.replace),
    path("runs/<int:pk>/refused", rejects.refused),
    path("<slug:name>/import", files.bring),
]
