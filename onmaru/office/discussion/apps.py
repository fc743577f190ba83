from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Discussion(AppConfig):
    name = "onmaru.office.discussion"
    label = "discussion"
    verbose_name = _("Discussion")
    area = "work"

    def ready(self) -> None:
        """Hang its records on those of others, and put the timeline into every page of a record."""
        import_module("onmaru.office.discussion.queries.reach").register()
        import_module("onmaru.office.discussion.queries.entries").register()
        import_module("onmaru.office.discussion.rules.scanning").register()
        import_module("onmaru.office.discussion.views.slots").register()
