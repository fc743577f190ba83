"""What no form asks and a program may say: files, rows by the hundred, other records, times of day, definitions."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from onmaru.kernel import identity
from onmaru.kernel.models import Role, StoredFile, User
from onmaru.masters.party.models import Party
from onmaru.office.activities.models import Activity
from onmaru.office.agents.tests.conftest import Call
from onmaru.office.notices.models import Hours
from onmaru.office.savedviews.models import Mark
from onmaru.office.shaping.models import Layout
from onmaru.workbench import registry
from onmaru.workbench.tests import samples

pytestmark = pytest.mark.django_db
Agent = Callable[..., Call]


@pytest.fixture
def party() -> Any:
    entity = registry.get("parties")
    assert entity is not None
    return samples.some(entity, identity.system("tester"), 1)[0]


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(one["code"], one["field"]) for one in answer["reasons"]]


def test_a_file_is_attached_to_a_record_that_its_person_sees(agent: Agent, party: Party) -> None:
    call = agent("kernel.storedfile.*", "party.party.view")
    file = {"record_kind": "party.party", "record_id": party.pk, "name": "견적.txt"}

    made = call("attach_files", **file, content=base64.b64encode("단가".encode()).decode())
    broken = call("attach_files", **file, content="단가")
    empty = call("attach_files", **file, content="")
    unseen = agent("kernel.storedfile.*")("attach_files", **file, content="eA==")

    assert bytes(StoredFile.objects.get(pk=made["id"]).content).decode() == "단가"
    assert codes(broken) == [("value_unreadable", "content")]
    assert codes(empty) == [("field_required", "content")]
    assert codes(unseen) == [("not_found", "record_id")]
    assert StoredFile.objects.count() == 1


def test_many_are_made_by_rows_that_are_typed_like_one(agent: Agent) -> None:
    call = agent("party.*")
    rows = [
        {"name": "가나상사", "kind": "organisation", "contacts": [{"name": "김하나"}]},
        {"name": "다라상사", "kind": "organisation"},
    ]

    made = call("create_all_parties", rows=rows)
    wrong = call("create_all_parties", rows=[{"name": "마바상사", "kind": "cloud", "colour": "red"}])

    assert [one["label"].split()[-1] for one in made["result"]] == ["가나상사", "다라상사"]
    assert Party.objects.get(name="가나상사").contacts.get().name == "김하나"
    assert {field for _code, field in codes(wrong)} == {"rows.0.kind", "rows.0.colour"}


def test_something_is_planned_on_a_record(agent: Agent, party: Party) -> None:
    call = agent("activities.*", "party.party.view")

    call("create_activities", title="전화", subject_kind="party.party", subject_id=party.pk)

    found = Activity.objects.get()
    assert (found.subject_kind, found.subject_id) == ("party.party", party.pk)


def test_a_time_of_day_is_one(agent: Agent) -> None:
    call = agent("notices.*", "kernel.user.view")
    me = User.objects.get()

    call("set_hours_users", id=me.pk, quiet_from="22:00", quiet_until="07:00", digest_at="08:30")
    wrong = call("set_hours_users", id=me.pk, digest_at="25:00")

    found = Hours.objects.get(person=me)
    assert (found.quiet_from, found.digest_at) == (time(22), time(8, 30))
    assert codes(wrong) == [("value_unreadable", "digest_at")]


def test_a_layout_is_an_object_and_refused_where_it_does_not_fit(agent: Agent) -> None:
    call = agent("shaping.*")

    call("arrange_layouts", entity="parties", document={"list": ["name", "code"]})
    wrong = call("arrange_layouts", entity="parties", document={"list": ["colour"]})
    listed = call("arrange_layouts", entity="parties", document=["name"])

    assert Layout.objects.get().document == {"list": ["name", "code"]}
    assert wrong["reasons"]
    assert codes(listed) == [("value_unreadable", "document")]


def test_a_view_is_kept_and_pinned(agent: Agent) -> None:
    call = agent("savedviews.*")

    view = call("create_saved_views", entity="parties", name="사람", query="kind=person")
    call("pin_saved_views", id=view["id"], pinned=True)

    assert Mark.objects.get().pinned


def test_nobody_gives_a_role_more_than_they_have(agent: Agent) -> None:
    call = agent("kernel.role.*", "party.party.view")
    role = Role.objects.create(code="new", name_ko="새", name_en="new")

    refused = call("permit_roles", id=role.pk, permissions=["party.party.view", "party.party.edit"])
    call("permit_roles", id=role.pk, permissions=["party.party.view"])

    assert codes(refused) == [("beyond_yourself", "permissions")]
    told = call("create_parties", name="가나")["reasons"][0]["message"]
    assert "“Party: New party”" in told
    assert Role.objects.get(pk=role.pk).permissions == ["party.party.view"]
