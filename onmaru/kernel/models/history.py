"""What was done, by whom, from where; and which requests were answered already."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AuditRow(models.Model):
    """One command that happened. A trigger refuses DELETE, and any UPDATE but one that masks or encrypts a value."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("at"), db_default=Now())
    command = models.CharField(_("action"), max_length=100)
    by_id = models.BigIntegerField(_("user"), null=True)
    by_name = models.CharField(_("by"), max_length=100)
    source = models.CharField(_("source"), max_length=20)
    address = models.GenericIPAddressField(pgettext_lazy("network", "from"), null=True)
    subject_kind = models.CharField(_("kind"), max_length=60)
    subject_id = models.BigIntegerField(_("record"))
    company_id = models.BigIntegerField(_("company"), null=True)
    changes = models.JSONField(_("changes"), default=dict)

    class Meta:
        verbose_name = _("history")
        verbose_name_plural = _("history")
        indexes = [models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.command} {self.by_name}"


class IdempotencyKey(models.Model):
    """A request already answered: the same key returns the same record, and does nothing twice."""

    key = models.CharField(max_length=120, primary_key=True)
    command = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    result_kind = models.CharField(max_length=60, blank=True)
    result_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())
