from django.apps import AppConfig


class Letters(AppConfig):
    name = "onmaru.office.letters"
    label = "letters"
