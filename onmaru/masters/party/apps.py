from django.apps import AppConfig


class Party(AppConfig):
    name = "onmaru.masters.party"
    label = "party"
    area = "masters"
