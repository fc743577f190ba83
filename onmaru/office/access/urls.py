"""The addresses of the room's own pages; they stand before those of the entities."""

from django.urls import path

from onmaru.office.access.views import naming, pages

urlpatterns = [
    path("roles/<int:pk>/permissions", pages.permissions),
    path("record-rules/names", naming.names),
    path("reveal/<str:kind>/<int:pk>/<slug:field>", pages.reveal),
    path("<slug:name>/export-personal", pages.export),
]
