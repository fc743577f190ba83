"""What is to be done stands on the first page and on one's day, with the way to it."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.party.models import Party
from onmaru.office.activities import commands
from onmaru.office.activities.tests.samples import DAY


@pytest.mark.parametrize("page", ["/", "/day/"])
def test_what_is_planned_leads_to_its_activity(page: str, by: Actor, clerk: User, party: Party) -> None:
    planned = commands.activities.create(
        by=by, today=DAY, subject_kind="party.party", subject_id=party.pk, title="견적 확인", person=clerk
    )
    for person, leads in ((clerk, True), (User.objects.create_user("guest"), False)):
        commands.activities.edit(planned, by=by, person=person)
        browser = Browser()
        browser.force_login(person)
        answer = browser.get(page)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "견적 확인" in text
        assert (f'href="/activities/{planned.pk}/"' in text) == leads
