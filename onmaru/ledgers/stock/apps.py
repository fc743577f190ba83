from django.apps import AppConfig


class Stock(AppConfig):
    name = "onmaru.ledgers.stock"
    label = "stock"
