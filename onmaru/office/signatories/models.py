"""Which line a document takes, who sits in it, and who stands in for whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import kinds
from onmaru.kernel.models import Record
from onmaru.masters.organization.models import Department
from onmaru.masters.site.models import Company


class Role(models.TextChoices):
    """검토, 합의, 결재; 참조 and 수신 sign nothing."""

    REVIEW = "review", _("Reviews")
    CONSENT = "consent", _("Consents")
    DECIDE = "decide", _("Decides")
    COPY = "copy", _("Is copied in")
    RECEIVE = "receive", _("Receives")


SIGNING = (Role.REVIEW, Role.CONSENT, Role.DECIDE)


class Line(Record):
    """A line and the documents that take it: of the lines in force the first that fits. What is empty fits all."""

    class Consent(models.TextChoices):
        ALL = "all", _("All must consent")
        MAJORITY = "majority", _("The majority must consent")

    name = models.CharField(_("name"), max_length=80)
    place = models.PositiveSmallIntegerField(
        _("sequence"), default=50, help_text=_("Of several that fit, the smallest holds.")
    )
    kind = models.CharField(_("kind of record"), max_length=60, choices=kinds.named, blank=True)
    company = models.ForeignKey(
        Company, models.PROTECT, verbose_name=_("company"), null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name=_("department"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("And those below it."),
    )
    from_amount = models.DecimalField(
        _("from amount"), max_digits=20, decimal_places=2, null=True, blank=True
    )
    below_amount = models.DecimalField(
        _("below amount"), max_digits=20, decimal_places=2, null=True, blank=True
    )
    condition = models.CharField(
        _("condition"), max_length=500, blank=True, help_text=_("A formula over the record's fields.")
    )
    consent = models.CharField(_("consent"), max_length=10, choices=Consent, default=Consent.ALL)
    remind_after = models.PositiveSmallIntegerField(_("remind after working days"), null=True, blank=True)
    escalate_after = models.PositiveSmallIntegerField(
        _("to the head above after working days"), null=True, blank=True
    )
    starts_on = models.DateField(_("in force from"))
    ends_on = models.DateField(_("in force until"), null=True, blank=True)

    class Meta:
        verbose_name = _("approval line")
        verbose_name_plural = _("approval lines")

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A place in a line: a person, or whoever heads a department on the day of the draft."""

    class Whose(models.TextChoices):
        PERSON = "person", _("A person")
        HEAD = "head", _("Head of the drafter's department")
        ABOVE = "above", _("Head of the department above")
        TOP = "top", _("Head of the whole company")
        DEPARTMENT = "department", _("Head of a department")

    line = models.ForeignKey(Line, models.CASCADE, verbose_name=_("approval line"), related_name="seats")
    ordinal = models.PositiveSmallIntegerField(_("sequence"))
    role = models.CharField(_("does what"), max_length=10, choices=Role)
    whose = models.CharField(_("who"), max_length=10, choices=Whose)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person named"),
        null=True,
        blank=True,
        related_name="+",
    )
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("department"), null=True, blank=True, related_name="+"
    )
    final_up_to = models.DecimalField(
        _("final up to"), max_digits=20, decimal_places=2, null=True, blank=True
    )
    signs_after = models.BooleanField(_("signs afterwards"), default=False)
    is_fixed = models.BooleanField(_("stands in any case"), default=True)

    class Meta:
        verbose_name = _("place in an approval line")
        verbose_name_plural = _("places in approval lines")
        ordering = ["line", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["line", "ordinal"], name="one_seat_a_place"),
            models.CheckConstraint(
                condition=~models.Q(whose="person", person=None)
                & ~models.Q(whose="department", department=None),
                name="seat_says_whose",
                violation_error_code="seat_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.department or self.get_whose_display())


class Absence(Record):
    """Days on which a person is away, and who signs in their place."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("absent person"), related_name="absences"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("deputy"), related_name="deputized"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.deputy}"
