"""The addresses of the room's own pages; they stand before those of the entities."""

from django.urls import path

from onmaru.office.forms import views

urlpatterns = [
    path("approvals/new", views.choose),
    path("papers/new", views.choose),
    path("papers/new/<int:form_pk>", views.write),
    path("papers/<int:pk>/edit", views.rewrite),
]
