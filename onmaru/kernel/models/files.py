"""Files kept in the database beside what they belong to, with their digest."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file attached to a record. Its bytes never change."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("name"), max_length=255)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    content = models.BinaryField()
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    company_id = models.BigIntegerField(null=True)
    added_by = models.CharField(max_length=100)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="file_by_subject")]

    def __str__(self) -> str:
        return self.name
