from django.apps import AppConfig


class Site(AppConfig):
    name = "onmaru.masters.site"
    label = "site"
    area = "masters"
