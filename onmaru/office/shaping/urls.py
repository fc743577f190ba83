"""The addresses of files that stand in fields."""

from django.urls import path

from onmaru.office.shaping import views

urlpatterns = [
    path("files/<int:pk>", views.take_in),
    path("<slug:name>/export.zip", views.take_out),
    path("file/<str:kind>/<int:pk>/<slug:name>", views.download),
]
