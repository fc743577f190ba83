"""The addresses of papers that no room draws by itself; they stand before those of the entities."""

from django.urls import path

from onmaru.office.papers.views import setup, sheets

urlpatterns = [
    path("papers/", setup.setup),
    path("papers/preview", setup.preview),
    path("papers/seen.png", setup.picture),
    path("runs/<int:pk>/paper.pdf", sheets.long),
    path("reports/<slug:name>/export.pdf", sheets.report),
    path("<slug:name>/export.pdf", sheets.listed),
    path("<slug:name>/<int:pk>/sheet.pdf", sheets.record),
]
