"""Work done by the thousand in the background: a run, and the chunks of which it is made."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import Record


class Run(Record):
    """One piece of work over many records. ``plan`` says what is done: a mapping of columns, values, a verb.

    ``place`` is how many chunks of the present phase are done: the cursor from which a killed worker's run goes on.
    ``total``, ``done`` and ``refused`` count items: rows of a file, or records chosen.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", _("Import")
        EDIT = "edit", _("Change of many")
        ACT = "act", _("Action on many")
        SENT = "sent", _("Request of a program")
        PAPER = "paper", _("Paper of a long list")

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("All refused")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Stopped")
        REVERTED = "reverted", _("Taken back")

    class Phase(models.TextChoices):
        CHECK = "check", _("Check")
        APPLY = "apply", _("Apply")
        REVERT = "revert", _("Take back")

    kind = models.CharField(_("kind of run"), max_length=10, choices=Kind, editable=False)
    entity = models.CharField(_("records of"), max_length=60, editable=False)
    title = models.CharField(_("what"), max_length=200, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    phase = models.CharField(_("phase"), max_length=10, choices=Phase, default=Phase.CHECK, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("by"),
        null=True,
        related_name="+",
        editable=False,
    )
    by_name = models.CharField(_("by"), max_length=100, editable=False)
    language = models.CharField(max_length=5, default="ko", editable=False)
    plan = models.JSONField(default=dict, editable=False)
    place = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(_("in all"), default=0, editable=False)
    done = models.PositiveIntegerField(_("done"), default=0, editable=False)
    refused = models.PositiveIntegerField(_("refused"), default=0, editable=False)
    trouble = models.TextField(_("trouble"), blank=True, editable=False)
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)
    beat_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        indexes = [
            models.Index(
                fields=["id"], name="run_unfinished", condition=models.Q(state__in=["waiting", "running"])
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def source(self) -> str:
        """How the histories of the records say what did it."""
        return f"run:{self.pk}"

    @property
    def is_working(self) -> bool:
        """Whether a worker has it or will take it."""
        return self.state in {self.State.WAITING, self.State.RUNNING}


class Chunk(models.Model):
    """A few hundred items of a run, done in one transaction: what they say, and in each phase what became of them.

    ``rows`` are ``[line, cells]`` of a file, ``[id, version]`` of records, or the items that a program sent.
    ``checked``, ``applied`` and ``reverted`` are empty until that phase came by:
    ``{"made": ids, "changed": ids, "skipped": n, "refused": [[line, reasons]]}``.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="chunks")
    sheet = models.PositiveSmallIntegerField(default=0)
    place = models.PositiveIntegerField()
    rows = models.JSONField(default=list)
    checked = models.JSONField(null=True)
    applied = models.JSONField(null=True)
    reverted = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "sheet", "place"], name="one_chunk_per_place")]
