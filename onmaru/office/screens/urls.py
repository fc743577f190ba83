"""The addresses of the administrator's screens."""

from django.urls import path

from onmaru.office.screens import views

urlpatterns = [
    path("<slug:name>/", views.screen),
    path("<slug:name>/fields", views.add),
]
