"""Who follows a record is told when it moves on, once, and not of what they did themselves."""

from __future__ import annotations

from typing import Any

import pytest

from onmaru.kernel import identity
from onmaru.kernel.models import Grant, Role, User
from onmaru.office.discussion import jobs
from onmaru.office.discussion.commands import marks
from onmaru.office.notices.models import Notice
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
