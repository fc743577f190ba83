"""Comments and activities to try the entities with, on a customer."""

from __future__ import annotations

from datetime import date

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.party.commands import parties
from onmaru.office.discussion import commands
from onmaru.office.discussion.models import Activity, Comment

DAY = date(2026, 11, 22)


def comment(by: Actor, place: int) -> Comment:
    party = parties.create(by=by, name=f"댓글 거래처 {place}", confirm_duplicate=True)
    said = {"subject_kind": "party.party", "subject_id": party.pk, "text": f"표본 {place}"}
    return commands.comments.write(by=by, **said)


def activity(by: Actor, place: int) -> Activity:
    party = parties.create(by=by, name=f"활동 거래처 {place}", confirm_duplicate=True)
    person = User.objects.create_user(f"doer{place}", full_name=f"담당 {place}")
    said = {"subject_kind": "party.party", "subject_id": party.pk, "title": f"표본 {place}", "person": person}
    return commands.activities.create(by=by, today=DAY, **said)
