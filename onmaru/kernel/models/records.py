"""The base of every row that people edit."""

from __future__ import annotations

from django.db import models
from django.db.models import Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Record(models.Model):
    """A row with a version: the command wrapper counts it up, and a form that is behind is refused.

    ``custom`` holds what the company added to this kind of record by itself (see ``kernel.custom``). Never change
    it in place: the wrapper compares it with what was there.
    """

    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed at"), db_default=Now(), editable=False)

    custom = models.JSONField(
        _("own fields"), db_default=Value({}, models.JSONField()), blank=True, editable=False
    )

    class Meta:
        abstract = True
