from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Papers(AppConfig):
    name = "onmaru.office.papers"
    label = "papers"
    verbose_name = _("Papers")
    area = "shaping"

    def ready(self) -> None:
        # Its pages name models, which are loaded only now.
        import_module("onmaru.office.papers.views.slots").register()
