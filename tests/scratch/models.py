"""One of every kind of field, so that the workbench can be tried without any room of the house."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import parts
from onmaru.kernel.models import Extended, Record


class Firm(Record):
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    zone = models.CharField(_("time zone"), max_length=40, default="Asia/Seoul")

    def __str__(self) -> str:
        return self.name


class Client(Record):
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    is_active = models.BooleanField(_("in use"), default=True)
    search_text = models.TextField(editable=False, default="")

    class Meta:
        indexes = [GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="client_search")]

    def __str__(self) -> str:
        return self.name


class Deal(Record):
    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", _("Cancelled")

    class Way(models.TextChoices):
        SHOP = "shop", _("Shop")
        WEB = "web", _("Web")

    number = models.CharField(_("number"), max_length=30, unique=True)
    company = models.ForeignKey(Firm, models.PROTECT, verbose_name=_("company"))
    client = models.ForeignKey(Client, models.PROTECT, verbose_name=_("customer"), related_name="deals")
    ordered_on = models.DateField(_("ordered on"))
    promised_on = models.DateField(_("promised on"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    way = models.CharField(_("way"), max_length=10, choices=Way, default=Way.SHOP)
    currency = models.CharField(_("currency"), max_length=3, default="KRW")
    total = models.DecimalField(_("total"), max_digits=18, decimal_places=2, default=0)
    pieces = models.IntegerField(_("pieces"), null=True, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    tags = ArrayField(models.CharField(max_length=20), verbose_name=_("tags"), default=list, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        indexes = [parts.Index("number", name="deal_parts")]

    def __str__(self) -> str:
        return self.number

    @property
    def days(self) -> int:
        return (self.promised_on - self.ordered_on).days if self.promised_on else 0


class DealLine(Extended):
    deal = models.ForeignKey(Deal, models.CASCADE, related_name="lines")
    item = models.CharField(_("item"), max_length=40)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=4, default=0)
    due_on = models.DateField(_("due on"), null=True, blank=True)

    def __str__(self) -> str:
        return self.item
