"""The addresses of the room's own pages; they stand before those of the entities."""

from django.urls import path

from onmaru.office.forms import views

urlpatterns = [
    path("approvals/new", views.choose),
    path("proposals/new", views.choose),
    path("proposals/new/<int:form_pk>", views.write),
    path("proposals/<int:pk>/edit", views.rewrite),
]
