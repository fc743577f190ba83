"""Activities to try the entity with, on a customer."""

from __future__ import annotations

from datetime import date

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.party.commands import parties
from onmaru.office.activities import commands
from onmaru.office.activities.models import Activity

DAY = date(2026, 11, 22)


def activity(by: Actor, place: int) -> Activity:
    party = parties.create(by=by, name=f"활동 거래처 {place}", confirm_duplicate=True)
    person = User.objects.create_user(f"doer{place}", full_name=f"담당 {place}")
    return commands.activities.create(
        by=by,
        today=DAY,
        subject_kind="party.party",
        subject_id=party.pk,
        title=f"표본 {place}",
        person=person,
    )
