from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Mail(AppConfig):
    name = "onmaru.office.mail"
    label = "mail"
    verbose_name = _("Mail")
    area = "work"

    def ready(self) -> None:
        """Hang mails on records, and put them and the writing of them into timelines."""
        import_module("onmaru.office.mail.queries.entries").register()
        import_module("onmaru.office.mail.views.slots").register()
