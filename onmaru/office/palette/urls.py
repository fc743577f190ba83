"""The addresses of the palette."""

from django.urls import path

from onmaru.office.palette import views

urlpatterns = [path("palette", views.palette), path("keys", views.keys)]
