"""Each inquiry by the API, as somebody with few rights and somebody with all."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import Client as Browser
from icalendar import Calendar

from onmaru.kernel import identity
from onmaru.kernel.models import Grant, Role, User
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.office.activities.commands import activities
from onmaru.office.automation.models import Rule
from onmaru.office.discussion.commands import comments
from onmaru.office.inquiries import ports
from onmaru.office.processes.commands.drawing import BLANK
from onmaru.office.processes.models import Process
from onmaru.office.savedviews import commands as views

pytestmark = pytest.mark.django_db
ROBOT = identity.system("tester")


@pytest.fixture
def party() -> Party:
    made: Party = parties.create(
        by=ROBOT,
        name="한강자전거",
        kind="organisation",
        contacts=[{"name": "김철수", "phone": "010-1234-5678"}],
    )
    return made


def asker(*permissions: str) -> tuple[Any, User]:
    """A function from an inquiry to its answer, and who asks."""
    user = User.objects.create_user(f"user{User.objects.count()}", language="en")
    role = Role.objects.create(code=f"r{user.pk}", name_ko="역할", name_en="role", permissions=[*permissions])
    Grant.objects.create(user=user, role=role)
    browser = Browser()
    browser.force_login(user)

    def ask(name: str, **asked: Any) -> Any:
        return browser.get(f"/api/ask/{name}", asked)

    return ask, user


def test_every_inquiry_is_answered_within_ones_rights(party: Party) -> None:
    all_of_it, user = asker("*")
    nothing, _nobody = asker()
    rule = Rule.objects.create(name="r", kind="party.party", happening="changed", owner=user)
    process = Process.objects.create(name="p", kind="party.party", owner=user, xml=BLANK)
    view = views.create(entity="parties", name="v", query="kind=organisation", by=identity.actor(user))
    of = {"entity": "parties", "id": party.pk}
    said: dict[str, dict[str, Any]] = {
        "search": {"q": "ㅎㄱㅈ"},
        "pivot": {"entity": "parties", "down": ["kind"], "measure": ["count"]},
        "view": {"id": view.pk},
        "sheet": {"entity": "parties", "form": "csv", "where": "kind=organisation"},
        "document": of,
        "timeline": {"kind": "party.party", "id": party.pk},
        "flow": of,
        "trial": {"id": rule.pk},
        "words": {"kind": "party.party"},
        "simulation": {"id": process.pk},
        "places": {"id": process.pk},
    }
    answers = {name: all_of_it(name, **said.get(name, {})) for name in ports.inquiries if name != "file"}
    closed = {name: nothing(name, **said.get(name, {})) for name in ports.inquiries if name != "file"}

    assert {name: one.status_code for name, one in answers.items() if one.status_code != 200} == {}
    for one in closed.values():
        assert "한강자전거" not in one.content.decode()
    found = {name: one.json() for name, one in answers.items()}
    assert [one["text"] for one in found["search"]["found"][0]["records"]] == ["한강자전거"]
    assert found["pivot"]["totals"] == [1]
    assert [one["label"] for one in found["view"]["data"]] == [str(party)]
    assert "한강자전거" in base64.b64decode(found["sheet"]["content"]).decode()
    assert found["dashboard"]["cards"]
    assert found["views"]["views"][0]["where"] == "kind=organisation"
    assert {one: closed[one].status_code for one in ("trial", "words", "sheet", "timeline")} == {
        "trial": 403,
        "words": 403,
        "sheet": 403,
        "timeline": 404,
    }


def test_a_record_tells_what_was_said_done_and_changed(party: Party) -> None:
    ask, user = asker("party.party.view", "discussion.*", "activities.*")
    by = identity.actor(user)
    on: dict[str, Any] = {"subject_kind": "party.party", "subject_id": party.pk}
    comments.write(**on, text="전화했습니다", by=by)
    activities.create(title="방문", **on, by=by, today=party.created_at.date())

    told = ask("timeline", kind="party.party", id=party.pk).json()["entries"]
    alone = ask("timeline", kind="party.party", id=party.pk, show="comments").json()["entries"]
    day = ask("day").json()
    calendar = ask("calendar").json()

    assert {one["source"] for one in told} >= {"comments", "changes"}
    assert [one["text"] for one in alone] == ["전화했습니다"]
    planned = [one["title"] for part in ("overdue", "today", "later") for one in day[part]]
    assert planned == ["방문"]
    events = Calendar.from_ical(base64.b64decode(calendar["content"])).walk("VEVENT")
    assert [str(one["SUMMARY"]) for one in events] == ["방문"]


def test_what_cannot_be_read_is_refused_with_every_reason(party: Party) -> None:
    ask, _user = asker("party.party.view")

    wrong = ask("pivot", entity="parties", down=["colour"], where="shape=round")
    empty = ask("timeline", id="x", colour="red")

    assert {one["field"] for one in wrong.json()["reasons"]} == {"down", "shape"}
    assert {(one["code"], one["field"]) for one in empty.json()["reasons"]} == {
        ("field_required", "kind"),
        ("value_unreadable", "id"),
        ("field_unknown", "colour"),
    }
