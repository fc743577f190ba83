"""The addresses of the pages; they stand before those of the entities."""

from django.urls import path

from onmaru.office.batches.views import bulk, runs

urlpatterns = [
    path("runs/<int:pk>/", runs.read),
    path("runs/<int:pk>/do/<slug:verb>", runs.act),
    path("<slug:name>/bulk", bulk.ask),
]
