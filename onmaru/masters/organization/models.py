"""Departments and who works in them, from which day to which; who heads one decides for it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import i18n
from onmaru.kernel.models import Record
from onmaru.masters.site.models import Company


class Department(Record):
    """A part of a company's organization. The one without another above it is headed by who represents the company."""

    company = models.ForeignKey(
        Company, models.PROTECT, verbose_name=_("company"), related_name="departments"
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("department above"),
        null=True,
        blank=True,
        related_name="children",
    )
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("department name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="department_code_unique_in_company")
        ]

    def __str__(self) -> str:
        return i18n.pick(self.name, self.name_en)


class Member(Record):
    """A person in a department, from a day on, with the title they bear there."""

    company_path = "department__company"

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("department"), related_name="members"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("member"), related_name="memberships"
    )
    title = models.CharField(_("job title"), max_length=40, blank=True)
    is_head = models.BooleanField(_("heads it"), default=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("member of a department")
        verbose_name_plural = _("members of departments")
        constraints = [
            models.UniqueConstraint(
                fields=["department", "person", "starts_on"], name="one_membership_a_day_and_department"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="membership_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.person}"

    @property
    def company_id(self) -> int:
        """The company of the department."""
        return self.department.company_id
