"""Who follows a record is told when it moves on, once, and not of what they did themselves."""

from __future__ import annotations

from typing import Any

import pytest

from onmaru.kernel import identity
from onmaru.kernel.models import Grant, RecordRule, Role, User
from onmaru.office.discussion import jobs
from onmaru.office.discussion.commands import marks
from onmaru.office.notices.models import Choice, Notice
from tests.scratch import commands as scratch


@pytest.mark.django_db(transaction=True)
def test_a_step_is_told_once_to_who_followed_and_did_not_take_it() -> None:
    by = identity.system("tester")
    client = scratch.create_client(by=by, code="C1", name="한빛상사")
    firm = scratch.found(by=by, code="F1", name="마루상사")
    deal: Any = scratch.create(
        by=by,
        today="2026-11-27",
        company=firm,
        client=client,
        lines=[{"item": "볼트", "quantity": 1, "price": 1}],
    )
    role = Role.objects.create(code="r", name_ko="r", name_en="r", permissions=["scratch.deal.*"])
    people = [User.objects.create_user(name, language="ko") for name in ("kim", "park", "late")]
    for one in people:
        Grant.objects.create(user=one, role=role)
    kim, park, late = people
    marks.follow(deal, [kim.pk, park.pk])
    scratch.edit(deal, by=by, note="쪽지")
    assert jobs.steps() == 0
    scratch.confirm(deal, by=identity.actor(kim))
    marks.follow(deal, [late.pk])
    assert (jobs.steps(), jobs.steps()) == (1, 0)
    assert [(one.person, one.kind) for one in Notice.objects.all()] == [(park, "step")]
    assert Notice.objects.get().words == f"kim님: 수주 확정 – {deal}"


@pytest.mark.django_db(transaction=True)
def test_a_change_is_told_once_a_command_to_who_chose_so_in_the_words_of_the_history() -> None:
    by = identity.system("tester")
    client = scratch.create_client(by=by, code="C1", name="한빛상사")
    firm = scratch.found(by=by, code="F1", name="마루상사")
    lines = [{"item": "볼트", "quantity": 1, "price": 1}]
    deal: Any = scratch.create(by=by, today="2026-11-27", company=firm, client=client, lines=lines)
    people = [User.objects.create_user(name, language="en") for name in ("kim", "park", "blind")]
    for one in people:
        role = Role.objects.create(
            code=one.username, name_ko="r", name_en="r", permissions=["scratch.deal.*"]
        )
        Grant.objects.create(user=one, role=role)
    kim, _park, blind = people
    RecordRule.objects.create(role=role, kind="scratch.deal", hidden=["note"])
    for one in (kim, blind):
        Choice.objects.create(person=one, kind="change", screen=True, mail=False, push=False)
    marks.follow(deal, [one.pk for one in people])
    scratch.edit(deal, by=by, note="급함", ordered_on="2026-11-28")
    scratch.edit(deal, by=by, note="")
    assert jobs.steps() == 2
    assert jobs.steps() <= 2 and Notice.objects.count() == 3
    told = [(one.person, one.kind, one.excerpt) for one in Notice.objects.order_by("id")]
    assert told == [
        (kim, "change", "Ordered on “2026-11-27” → “2026-11-28”, Note “” → “급함”"),
        (blind, "change", "Ordered on “2026-11-27” → “2026-11-28”"),
        (kim, "change", "Note “급함” → “”"),
    ]
