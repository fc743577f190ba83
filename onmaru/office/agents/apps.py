from importlib import import_module

from django.apps import AppConfig


class Agents(AppConfig):
    name = "onmaru.office.agents"
    label = "agents"

    def ready(self) -> None:
        """Put cards of contacts beside what they are of."""
        # Its pages name models, which are loaded only now.
        import_module("onmaru.office.agents.views.cards").register()
        import_module("onmaru.office.agents.queries.asked").register()
