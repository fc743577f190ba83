"""Segregation of duties: who drafted a record does not approve it, unless its company decided otherwise."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, dated, refusals, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow
from onmaru.kernel.refusals import Refusal

SAME_PERSON = refusals.reason(
    "same_person", _("You did “{verb}” on this record yourself; another person has to do this.")
)
KEPT, LIFTED = "on", "off"


def declare(command: str, label: str | Promise) -> None:
    """Make the rule of a command a dated setting, which lifts it where its value is ``off``."""
    words = format_lazy(_("“{verb}” only by another person (on, off)"), verb=label)
    dated.declare(setting(command), words, KEPT, "내부통제")


def setting(command: str) -> str:
    """The code of that setting."""
    return f"duty:{command}"


def same_person(command: Any, subject: models.Model, by: Actor) -> Refusal | None:
    """The reason when ``by`` did to ``subject`` what this command must stand apart from; programs are nobody."""
    if not command.apart_from or by.user_id is None:
        return None
    noun = command.name.rpartition(".")[0]
    verb = _did(subject, by.user_id, [f"{noun}.{verb}" for verb in command.apart_from])
    if verb is None:
        return None
    company, today = getattr(subject, "company_id", None), calendars.today(subject)
    kept = dated.value(setting(command.name), KEPT, on=today, company_id=company)
    return None if kept == LIFTED else SAME_PERSON(verb=verb)


def _did(subject: models.Model, user_id: int, names: list[str]) -> str | None:
    """The first of these commands that this person did to the record, in its history or in the work under way."""
    kind = work.kind_of(subject)
    rows = AuditRow.objects.filter(subject_kind=kind, subject_id=subject.pk, by_id=user_id, command__in=names)
    found = rows.order_by("id").values_list("command", flat=True).first()
    now = [one["command"] for one in work.required().audits if one["subject_id"] == subject.pk]
    return found or next((name for name in now if name in names), None)
