from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Processes(AppConfig):
    name = "onmaru.office.processes"
    label = "processes"
    verbose_name = _("Processes")
    area = "automation"

    def ready(self) -> None:
        # What it registers names models, which are loaded only now.
        import_module("onmaru.office.processes.queries.seen").register()
        import_module("onmaru.office.processes.commands.starting").register()
        import_module("onmaru.office.processes.views.slots").register()
