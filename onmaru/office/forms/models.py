"""Forms that a company designs for itself, and the papers that people write on them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import i18n, kinds
from onmaru.kernel.models import Record
from onmaru.masters.site.models import Company


class Form(Record):
    """A kind of paper: 품의서, 지출결의서, 휴가원. Its fields are what it asks."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("form name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    place = models.PositiveSmallIntegerField(_("sequence"), default=50)
    guidance = models.TextField(_("guidance"), blank=True, help_text=_("Stands above the form."))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")

    def __str__(self) -> str:
        return i18n.pick(self.name, self.name_en)


class FormField(models.Model):
    """Something a form asks: once, or (``in_rows``) on every line of its table."""

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        LONG = "long", _("Long text")
        NUMBER = "number", _("Number")
        MONEY = "money", _("Amount")
        DATE = "date", _("Date")
        BOOLEAN = "boolean", _("Yes or no")
        CHOICE = "choice", _("One of a list")
        REFERENCE = "reference", _("Another record")
        COMPUTED = "computed", _("Formula")

    form = models.ForeignKey(Form, models.CASCADE, verbose_name=_("form"), related_name="fields")
    ordinal = models.PositiveSmallIntegerField(_("sequence"))
    name = models.CharField(_("name in formulas"), max_length=40)
    label_ko = models.CharField(_("name in Korean"), max_length=60)
    label_en = models.CharField(_("name in English"), max_length=60, blank=True)
    type = models.CharField(_("type"), max_length=10, choices=Type)
    required = models.BooleanField(_("needed"), default=False)
    in_rows = models.BooleanField(_("in the table"), default=False)
    is_amount = models.BooleanField(_("is the amount"), default=False)
    choices = models.TextField(
        _("choices"), blank=True, help_text=_("One a line; 빨강 | Red gives both languages.")
    )
    target = models.CharField(_("refers to"), max_length=60, choices=kinds.named, blank=True)
    formula = models.CharField(_("formula"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("field of a form")
        verbose_name_plural = _("fields of a form")
        ordering = ["form", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["form", "name"], name="form_field_named"),
        ]

    def __str__(self) -> str:
        return i18n.pick(self.label_ko, self.label_en)


class Paper(Record):
    """A form filled in by somebody. ``values`` are what it asked; ``rows`` among them, the lines of its table."""

    form = models.ForeignKey(Form, models.PROTECT, verbose_name=_("form"), related_name="papers")
    title = models.CharField(_("title"), max_length=200)
    company = models.ForeignKey(
        Company, models.PROTECT, verbose_name=_("company"), null=True, blank=True, related_name="+"
    )
    drafter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("drafter"), related_name="+"
    )
    written_on = models.DateField(_("written"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2, null=True, blank=True)
    values = models.JSONField(_("what was filled in"), default=dict, blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [models.Index(fields=["drafter"], name="paper_by_drafter")]

    def __str__(self) -> str:
        return self.title
