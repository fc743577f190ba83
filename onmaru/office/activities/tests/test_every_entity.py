"""Every entity of the house, the scratch room's too, is talked about without a line of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser

from onmaru.kernel import identity, jobs, permissions, work
from onmaru.kernel.models import Grant, Role, User
from onmaru.kernel.refusals import Refused
from onmaru.office.discussion import commands
from onmaru.office.discussion.queries import reach, timeline
from onmaru.office.notices.models import Notice
from onmaru.workbench import registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.tests import samples

SEES = ("view", "oversee")
DAY = date(2026, 11, 27)
TALKED = [one for one in registry.every() if reach.bears(one.model)]


def _person(login: str, *permissions: str) -> User:
    person = User.objects.create_user(login, full_name=login)
    role = Role.objects.create(code=f"r-{login}", name_ko=login, name_en=login, permissions=list(permissions))
    Grant.objects.create(user=person, role=role)
    return person


def _browser(person: User) -> Browser:
    found = Browser()
    found.force_login(person)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("entity", TALKED, ids=str)
def test_it_is_talked_planned_followed_and_told_about(entity: Entity) -> None:
    with transaction.atomic():
        record: Any = samples.some(entity, identity.system("tester"), 1)[-1]
    kind = work.kind_of(record)
    seen = [
        f"{found}.{verb}" for found in (kind, getattr(record, "subject_kind", "")) if found for verb in SEES
    ]
    one, other = _person("one", *seen), _person("other", *seen)
    outside = _person("outside")
    talk, browser = f"/talk/{kind}/{record.pk}/", _browser(one)
    assert browser.post(f"{talk}say", {"text": "@other @outside 확인"}).status_code == 302
    browser.post(f"{talk}plan", {"title": "다음", "due_on": "2026-12-01", "person": str(other.pk)})
    jobs.drain()
    about = entity.model not in permissions.hanging
    told = set(
        Notice.objects.filter(person__in=[one, other, outside]).values_list("person__username", "kind")
    )
    assert told == {("other", "mention")} | ({("other", "activity")} if about else set())
    page = _browser(other).get(f"/{entity.name}/{record.pk}/").content.decode()
    # The page of a run is its progress and none of the workbench's.
    assert entity.name == "runs" or ('id="talk"' in page and 'data-on="' in page and "@other" in page)
    assert timeline.page(record, identity.actor(other), show="comments").entries
    assert _browser(outside).get(talk).status_code == 404
    with pytest.raises(Refused):
        said = {"subject_kind": kind, "subject_id": record.pk, "text": "x"}
        commands.comments.write(**said, by=identity.also(identity.actor(outside), "discussion.*"))
