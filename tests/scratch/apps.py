from django.apps import AppConfig


class Scratch(AppConfig):
    """A room for trying the workbench: it has one of everything and is installed in tests only."""

    name = "tests.scratch"
    label = "scratch"
