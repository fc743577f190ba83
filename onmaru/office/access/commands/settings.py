"""Rules of the house set otherwise, and how long personal data is kept: dated, with their reason."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, personal, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import DatedSetting, RetentionRule
from onmaru.masters.site.models import Company
from onmaru.office.access.commands import grants
from onmaru.office.copies import ports

SETTING_IN_THE_PAST = refusals.reason("setting_in_the_past", _("A setting begins today or later."))
NOT_PERSONAL = refusals.reason("not_personal", _("“{name}” is no personal field of this kind."))
NO_DAY = refusals.reason("no_day", _("“{name}” is no day of this kind of record."))


@commands.command(label=_("New setting"), model=DatedSetting)
def create(
    *,
    by: Actor,
    today: date,
    code: str,
    value: str,
    reason: str,
    company: Company | None = None,
    starts_on: date | None = None,
) -> DatedSetting:
    """Set a rule otherwise from a day on; what held before is not rewritten."""
    begins = starts_on or today
    everywhere = company is None and by.companies is not None
    refusals.check(
        [
            SETTING_IN_THE_PAST("starts_on") if begins < today else None,
            grants.BEYOND_COMPANY("company") if everywhere else None,
        ]
    )
    values = {"code": code, "value": value, "reason": reason, "starts_on": begins}
    setting = records.fill(DatedSetting(), values | {"company_id": company.pk if company else None})
    setting.save()
    return setting


@commands.command(label=_("New retention rule"), model=RetentionRule)
def keep(*, by: Actor, **values: Any) -> RetentionRule:
    """Keep a personal field for so many days, then destroy it. Refuses what is not personal or not a day."""
    return _kept(RetentionRule(), values)


@commands.command(label=_("End the rule"), model=RetentionRule)
def end(rule: RetentionRule, *, by: Actor, on: date) -> RetentionRule:
    """Let a rule hold until a day; what it destroyed stays destroyed."""
    rule.ends_on = on
    return rule


def _kept(rule: RetentionRule, values: dict[str, Any]) -> RetentionRule:
    records.fill(rule, values)
    model, is_paper = apps.get_model(rule.kind), (rule.kind, rule.field) in ports.papers
    refusals.check(
        [
            None
            if rule.field in personal.names(model) or is_paper
            else NOT_PERSONAL("field", name=rule.field),
            None if _is_day(model, rule.since) else NO_DAY("since", name=rule.since),
        ]
    )
    rule.save()
    return rule


def _is_day(model: type[models.Model], name: str) -> bool:
    try:
        return isinstance(model._meta.get_field(name), models.DateField)
    except FieldDoesNotExist:
        return False
