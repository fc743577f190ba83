from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Webhooks(AppConfig):
    name = "onmaru.office.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")
    area = "automation"
