"""The addresses of the room's own pages; they stand before those of the entities."""

from django.urls import path

from onmaru.office.access import views

urlpatterns = [
    path("roles/<int:pk>/permissions", views.permissions),
    path("reveal/<str:kind>/<int:pk>/<slug:field>", views.reveal),
    path("<slug:name>/export-personal", views.export),
]
