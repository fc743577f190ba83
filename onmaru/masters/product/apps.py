from django.apps import AppConfig


class Product(AppConfig):
    name = "onmaru.masters.product"
    label = "product"
    area = "masters"
