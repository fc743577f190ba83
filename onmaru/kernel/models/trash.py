"""What was deleted: the rows as they were, kept beside their tables so that no query needs to leave them out."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Trash(models.Model):
    """A deleted record with the lines below it. ``rows`` are ``[table, row as JSON text]``,
    the record's own first."""

    kind = models.CharField(_("kind"), max_length=60)
    record_id = models.BigIntegerField(_("record"))
    title = models.CharField(_("what was deleted"), max_length=200)
    company_id = models.BigIntegerField(_("company"), null=True)
    rows = models.JSONField(default=list)
    deleted_by = models.CharField(_("deleted by"), max_length=100)
    deleted_at = models.DateTimeField(_("deleted at"), db_default=Now())
    kept_until = models.DateTimeField(_("kept until"), db_default=Now() + timedelta(days=30))

    class Meta:
        verbose_name = _("deleted record")
        verbose_name_plural = _("trash")
        indexes = [models.Index(fields=["kept_until"], name="trash_by_kept_until")]

    def __str__(self) -> str:
        return self.title
