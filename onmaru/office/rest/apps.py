from django.apps import AppConfig


class Rest(AppConfig):
    name = "onmaru.office.rest"
    label = "rest"
