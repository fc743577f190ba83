from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Activities(AppConfig):
    name = "onmaru.office.activities"
    label = "activities"
    verbose_name = _("Activities")
    area = "work"

    def ready(self) -> None:
        """Hang activities on records, and put them into timelines and onto the first page."""
        import_module("onmaru.office.activities.queries.entries").register()
        import_module("onmaru.office.activities.views.slots").register()
