from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Dashboards(AppConfig):
    name = "onmaru.office.dashboards"
    label = "dashboards"
    verbose_name = _("Dashboards")
    area = "insight"

    def ready(self) -> None:
        # Its pages name models, which are loaded only now.
        import_module("onmaru.office.dashboards.views.slots").register()
