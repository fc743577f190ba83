from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Numbers(AppConfig):
    name = "onmaru.office.numbers"
    label = "numbers"
    verbose_name = _("number formats")
    area = "shaping"

    def ready(self) -> None:
        """Have the formats travel in the file of a house's shape."""
        # They name models, which are loaded only now.
        ports = import_module("onmaru.office.packages.ports")
        ports.parts["numbers"] = ports.Part(
            import_module("onmaru.office.numbers.queries").whole,
            import_module("onmaru.office.numbers.commands").bring,
        )
