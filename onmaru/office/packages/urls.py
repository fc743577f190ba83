"""The addresses of the file; they stand before those of single screens."""

from django.urls import path

from onmaru.office.packages import views

urlpatterns = [
    path("", views.screens),
    path("file", views.take_out),
    path("bring", views.bring),
]
