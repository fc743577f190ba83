from django.apps import AppConfig


class Accounting(AppConfig):
    name = "onmaru.ledgers.accounting"
    label = "accounting"
