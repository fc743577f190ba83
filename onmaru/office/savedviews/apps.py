from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SavedViews(AppConfig):
    name = "onmaru.office.savedviews"
    label = "savedviews"
    verbose_name = _("Saved views")
    area = "shaping"

    def ready(self) -> None:
        # Its pages name models, which are loaded only now.
        import_module("onmaru.office.savedviews.views").register()
