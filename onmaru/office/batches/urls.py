"""The addresses of the pages; they stand before those of the entities."""

from django.urls import path

from onmaru.office.batches.views import bulk, imports, runs, undo

urlpatterns = [
    path("runs/<int:pk>/", runs.read),
    path("runs/<int:pk>/plan", imports.plan),
    path("runs/<int:pk>/cell", imports.cell),
    path("runs/<int:pk>/replace", imports.replace),
    path("runs/<int:pk>/refused", runs.refused),
    path("runs/<int:pk>/do/<slug:verb>", runs.act),
    path("undo/<int:row>", undo.undo),
    path("<slug:name>/import", imports.bring),
    path("<slug:name>/bulk", bulk.ask),
]
