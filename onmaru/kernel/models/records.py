"""The base of every row that people edit."""

from __future__ import annotations

from django.db import models
from django.db.models import Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Extended(models.Model):
    """A row to which a company may add fields of its own: every record, and the lines of documents.

    ``custom`` holds them (see ``kernel.custom``). Never change it in place: it is compared with what was there.
    """

    custom = models.JSONField(
        _("own fields"), db_default=Value({}, models.JSONField()), blank=True, editable=False
    )

    class Meta:
        abstract = True


class Record(Extended):
    """A row with a version: the command wrapper counts it up, and a form that is behind is refused."""

    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed at"), db_default=Now(), editable=False)

    class Meta:
        abstract = True
