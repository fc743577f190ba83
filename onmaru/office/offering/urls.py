"""What the form of a rule asks while it is filled in."""

from django.urls import path

from onmaru.office.offering.views import filtering, words

urlpatterns = [
    path("rules/words", words.told),
    path("rules/filter", filtering.row),
]
