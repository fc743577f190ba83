"""A document on its way through its line. What was put to approval never changes; triggers refuse it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import parts
from onmaru.kernel.models import Record, StoredFile
from onmaru.masters.organization.models import Department
from onmaru.masters.site.models import Company
from onmaru.office.demands.models import Demand
from onmaru.office.signatories.models import Line, Role


class Approval(Record):
    """A record as it was put to approval: ``content`` is what people read, ``digest`` what exactly was approved."""

    class State(models.TextChoices):
        PENDING = "pending", _("In approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Returned")
        RECALLED = "recalled", _("Recalled")

    number = models.CharField(_("document number"), max_length=30, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    subject_kind = models.CharField(_("kind of record"), max_length=60)
    subject_id = models.BigIntegerField(_("record"))
    company = models.ForeignKey(
        Company, models.PROTECT, verbose_name=_("company"), null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("department"), null=True, blank=True, related_name="+"
    )
    drafter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("drafter"), related_name="+"
    )
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    opinion = models.TextField(_("opinion of the drafter"), blank=True)
    line = models.ForeignKey(
        Line, models.PROTECT, verbose_name=_("approval line"), null=True, blank=True, related_name="+"
    )
    consent = models.CharField(_("consent"), max_length=10, choices=Line.Consent, default=Line.Consent.ALL)
    demand = models.ForeignKey(
        Demand, models.PROTECT, verbose_name=_("demand for approval"), null=True, blank=True, related_name="+"
    )
    command = models.CharField(_("command"), max_length=100, blank=True)
    asked = models.JSONField(_("what the command is told"), default=dict, blank=True)
    content = models.JSONField(_("content"))
    digest = models.CharField(_("digest of the content"), max_length=64)
    previous = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("drafted again from"), null=True, blank=True, related_name="+"
    )
    drafted_at = models.DateTimeField(_("drafted"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    carried_out_at = models.DateTimeField(_("carried out"), null=True, blank=True)
    obstacle = models.TextField(_("why it was not carried out"), blank=True)
    paper = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name=_("paper kept"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("approval document")
        verbose_name_plural = _("approval documents")
        indexes = [
            parts.Index("number", "title", name="approval_parts"),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="approval_by_subject"),
            models.Index(fields=["drafter"], name="approval_by_drafter"),
        ]
        constraints = [
            # Law beside the lock of the record: two drafts at once, and one is refused.
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=models.Q(state="pending"),
                name="one_approval_at_a_time",
                violation_error_code="approval_pending",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    """One person's part in it. ``signer`` is who signed, another than ``person`` when a deputy or a head above did."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Not yet")
        OPEN = "open", _("To decide")
        AGREED = "agreed", _("Signed")
        OBJECTED = "objected", _("Objected")
        COVERED = "covered", _("Delegated")
        DROPPED = "dropped", _("Not needed")
        TOLD = "told", _("Told")
        READ = "read", _("Read")

    approval = models.ForeignKey(
        Approval, models.CASCADE, verbose_name=_("approval document"), related_name="steps"
    )
    ordinal = models.PositiveSmallIntegerField(_("sequence"))
    stage = models.PositiveSmallIntegerField(_("stage"))
    role = models.CharField(_("does what"), max_length=10, choices=Role)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("person asked"), related_name="+"
    )
    title = models.CharField(_("job title"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    is_final = models.BooleanField(_("final by delegation"), default=False)
    signs_after = models.BooleanField(_("signs afterwards"), default=False)
    is_fixed = models.BooleanField(_("stands in any case"), default=False)
    opened_at = models.DateTimeField(_("opened"), null=True)
    signed_at = models.DateTimeField(_("signed"), null=True)
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("signed by"), null=True, related_name="+"
    )
    opinion = models.TextField(_("opinion"), blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True)
    raised_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("raised to"), null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "ordinal"], name="one_step_a_place"),
            models.UniqueConstraint(fields=["approval", "person"], name="one_step_a_person"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["agreed", "objected"])
                | models.Q(signer__isnull=False, signed_at__isnull=False),
                name="what_is_signed_has_a_signer",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="step_open_by_person", condition=models.Q(state="open")),
            models.Index(fields=["person", "approval"], name="step_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.person}"
