from django.apps import AppConfig


class Pasting(AppConfig):
    name = "onmaru.office.pasting"
    label = "pasting"
