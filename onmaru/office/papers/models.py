"""What an administrator says about papers: letterhead, words and pictures, for one company and document or for all."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.masters.site.models import Company


class PaperTemplate(models.Model):
    """How a kind of paper looks; the highest number holds, and no version is ever changed.

    ``document`` is ``orders.quotation``, ``sheet`` for lists and records without a paper of their own, or empty for
    every paper. ``options`` are what ``rules.OPTIONS`` names.
    """

    document = models.CharField(_("paper"), max_length=100, blank=True)
    company = models.ForeignKey(
        Company, models.PROTECT, verbose_name=_("company"), null=True, blank=True, related_name="+"
    )
    revision = models.PositiveIntegerField(_("version"))
    options = models.JSONField(_("options"), default=dict, blank=True)
    logo = models.BinaryField(_("logo"), default=b"", blank=True)
    seal = models.BinaryField(_("seal"), default=b"", blank=True)
    made_by = models.CharField(_("by"), max_length=150)
    made_at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("print template")
        verbose_name_plural = _("print templates")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "company", "revision"],
                name="papers_template_version",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.document or '*'} {self.revision}"
