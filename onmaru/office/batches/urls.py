"""The addresses of the pages; they stand before the entities' own."""

from django.urls import path

urlpatterns: list = []
