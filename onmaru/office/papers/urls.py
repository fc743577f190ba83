"""The addresses of papers that no room draws by itself; they stand before those of the entities."""

from django.urls import path

from onmaru.office.papers import views

urlpatterns = [
    path("reports/<slug:name>/export.pdf", views.report),
    path("<slug:name>/export.pdf", views.listed),
    path("<slug:name>/<int:pk>/sheet.pdf", views.record),
]
