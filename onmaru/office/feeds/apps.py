from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Feeds(AppConfig):
    name = "onmaru.office.feeds"
    label = "feeds"
    verbose_name = _("Calendars of others")

    def ready(self) -> None:
        # Its page names models, which are loaded only now.
        import_module("onmaru.office.feeds.views").register()
