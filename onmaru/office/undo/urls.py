"""The address of the button; it stands before those of the entities."""

from django.urls import path

from onmaru.office.undo.views import toast

urlpatterns = [
    path("undo/<int:row>", toast.undo),
]
