"""The addresses of the room's own pages; they stand before those of the entities."""

from django.urls import path

from onmaru.office.desk.views import drafting, inbox, papers

urlpatterns = [
    path("approval/inbox/", inbox.opened),
    path("approval/inbox/many", inbox.many),
    path("approval/inbox/<int:pk>/<slug:verb>", inbox.sign),
    path("approval/paper/<int:pk>", papers.original),
    path("approval/draft/<slug:name>/<int:pk>", drafting.draft),
]
