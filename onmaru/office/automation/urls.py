"""The address of trying a rule."""

from django.urls import path

from onmaru.office.automation.views import trial

urlpatterns = [
    path("rules/<int:pk>/trial", trial.trial),
]
