from django.apps import AppConfig


class Counts(AppConfig):
    name = "onmaru.office.counts"
    label = "counts"
