"""The addresses of the administrator's screens."""

from django.urls import path

from onmaru.office.shaping import views

urlpatterns = [
    path("files/<int:pk>", views.take_in),
    path("file/<str:kind>/<int:pk>/<slug:name>", views.download),
    path("<slug:name>/", views.screen),
    path("<slug:name>/fields", views.add),
]
