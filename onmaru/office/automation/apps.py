from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Automation(AppConfig):
    name = "onmaru.office.automation"
    label = "automation"
    verbose_name = _("Automation")
    area = "automation"

    def ready(self) -> None:
        # What its rules can do names models, which are loaded only now.
        import_module("onmaru.office.automation.commands.doing").register()
        import_module("onmaru.office.automation.views.trial").register()
