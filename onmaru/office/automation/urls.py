"""The addresses of trying a rule and of the words that one can be made of."""

from django.urls import path

from onmaru.office.automation.views import trial, words

urlpatterns = [
    path("rules/words", words.told),
    path("rules/<int:pk>/trial", trial.trial),
]
