from django.apps import AppConfig


class Sales(AppConfig):
    name = "onmaru.erp.sales"
    label = "sales"
