"""What an administrator says about the house's records: fields of the company's own, and how pages are laid out."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import Record
from onmaru.masters.site.models import Company


class CustomField(Record):
    """A field that the company added to a kind of record (``party.party``); its values stand in ``Record.custom``."""

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        MONEY = "money", _("Amount")
        DATE = "date", _("Date")
        BOOLEAN = "boolean", _("Yes or no")
        CHOICE = "choice", _("One of a list")
        CHOICES = "choices", _("Several of a list")
        REFERENCE = "reference", _("Another record")
        FILE = "file", _("File")
        COMPUTED = "computed", _("Formula")

    class Privacy(models.TextChoices):
        PERSONAL = "personal", _("Personal data: masked")
        IDENTIFIER = "identifier", _("Identifier, account: masked and encrypted")

    kind = models.CharField(_("kind of record"), max_length=80)
    name = models.CharField(_("field name"), max_length=40)
    type = models.CharField(_("type"), max_length=10, choices=Type)
    label_ko = models.CharField(_("name in Korean"), max_length=60)
    label_en = models.CharField(_("name in English"), max_length=60, blank=True)
    choices = models.TextField(
        _("choices"), blank=True, help_text=_("One a line; 빨강 | Red gives both languages.")
    )
    target = models.CharField(_("refers to"), max_length=80, blank=True)
    digits = models.PositiveSmallIntegerField(_("decimals"), default=0)
    formula = models.CharField(_("formula"), max_length=500, blank=True)
    result = models.CharField(max_length=10, blank=True, editable=False)
    required = models.BooleanField(_("needed"), default=False)
    default = models.CharField(_("begins with"), max_length=200, blank=True)
    listed = models.BooleanField(_("in the list"), default=True)
    searched = models.BooleanField(_("found by the search"), default=False)
    privacy = models.CharField(_("personal data"), max_length=10, choices=Privacy, blank=True, default="")
    is_indexed = models.BooleanField(_("fast to filter"), default=False, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("own field")
        verbose_name_plural = _("own fields")
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="shaping_customfield_named"),
            models.CheckConstraint(
                condition=models.Q(name__regex=r"^x_[a-z][a-z0-9_]*$"),
                name="shaping_customfield_name",
                violation_error_code="field_name_unusable",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its name in the language active now."""
        return (self.label_ko if get_language() == "ko" else self.label_en) or self.label_ko


class Layout(models.Model):
    """How the pages of an entity are laid out; the highest number holds, and no version is ever changed.

    One of a ``company`` goes before the one for all; without a document the company follows the one for all again.
    """

    entity = models.CharField(_("screen"), max_length=60)
    company = models.ForeignKey(
        Company, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("company")
    )
    revision = models.PositiveIntegerField(_("version"))
    document = models.JSONField(_("layout"), default=dict, blank=True, null=True)
    made_by = models.CharField(_("by"), max_length=150)
    made_at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("layout")
        verbose_name_plural = _("layouts")
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "company", "revision"], name="shaping_layout_version", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.revision}"


class Edition(models.Model):
    """One row, which changes with every change of the shape: what a process compares its copy with."""

    token = models.UUIDField(null=True)
