from django.apps import AppConfig


class App(AppConfig):
    name = "onmaru.app"
    label = "app"
