"""A document on its way: who signs in which order, in whose name, and what comes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from onmaru.kernel import commands as kernel
from onmaru.kernel import permissions
from onmaru.kernel.models import DatedSetting
from onmaru.office.approval import commands
from onmaru.office.approval.commands.drafting import Asked
from onmaru.office.approval.models import Approval, Step
from onmaru.office.approval.tests.people import BY, TODAY, House
from onmaru.office.signatories.commands import absences
from onmaru.office.signatories.models import Role
from onmaru.office.signatories.tests.people import refused
from tests.scratch import commands as scratch

pytestmark = pytest.mark.django_db


def long_line(house: House, **values: Any) -> None:
    house.line(
        house.seat("review", "head"),
        house.seat("consent", "law"),
        house.seat("consent", "books"),
        house.seat("consent", "safety"),
        house.seat("decide", "above", final_up_to=1_000_000),
        house.seat("decide", "top"),
        house.seat("receive", "clerk"),
        **values,
    )


def test_one_after_the_other_and_consents_at_once(house: House) -> None:
    long_line(house)
    approval = house.draft(house.deal(5_000_000))
    assert house.states(approval)[:2] == ["lead:open", "law:waiting"]
    house.approve(approval, "lead")
    assert [one for one in house.states(approval) if one.endswith(":open")] == [
        "law:open",
        "books:open",
        "safety:open",
    ]
    for name in ("books", "law", "safety"):
        house.approve(approval, name)
    assert "director:open" in house.states(approval)
    house.approve(approval, "director")
    approval = house.approve(approval, "owner")
    assert approval.state == "approved"
    assert approval.number.startswith("AP-")


def test_delegation_by_amount_ends_the_line_below_its_end(house: House) -> None:
    long_line(house)
    small, large = house.draft(house.deal(1_000_000)), house.draft(house.deal(1_000_001))
    assert house.states(small)[-1] == "owner:covered"
    assert Step.objects.get(approval=small, person=house.users["director"]).is_final
    assert house.states(large)[-1] == "owner:waiting"
    for name in ("lead", "law", "books", "safety"):
        house.approve(small, name)
    assert house.approve(small, "director").state == "approved"


def test_a_majority_is_enough_and_the_rest_is_not_asked_any_more(house: House) -> None:
    long_line(house, consent="majority")
    approval = house.draft(house.deal())
    house.approve(approval, "lead")
    house.reject(approval, "law", "반대합니다")
    assert approval.steps.get(person=house.users["law"]).state == "objected"
    house.approve(approval, "books")
    house.approve(approval, "safety")
    assert "director:open" in house.states(approval)
    other = house.draft(house.deal())
    house.approve(other, "lead")
    house.approve(other, "law")
    house.approve(other, "books")
    assert "safety:dropped" in house.states(other)
    assert refused(lambda: house.approve(other, "safety")) == ["not_your_turn"]


def test_one_objection_returns_where_all_must_consent(house: House) -> None:
    long_line(house)
    approval = house.draft(house.deal())
    house.approve(approval, "lead")
    assert house.reject(approval, "law").state == "rejected"
    assert refused(lambda: house.approve(approval, "books")) == ["move_not_allowed"]
    assert refused(lambda: house.reject(house.draft(house.deal()), "lead", " ")) == ["field_required"]


def test_a_deputy_signs_in_the_days_of_absence_only(house: House) -> None:
    house.line(house.seat("decide", "lead"))
    approval = house.draft(house.deal())
    assert refused(lambda: house.approve(approval, "books")) == ["not_your_turn"]
    days: dict[str, Any] = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=2)}
    absences.create(by=house.actor("lead"), person=house.users["lead"], deputy=house.users["books"], **days)
    assert refused(lambda: house.approve(approval, "books", TODAY + timedelta(days=3))) == ["not_your_turn"]
    house.approve(approval, "books")
    step = approval.steps.get()
    assert (step.person, step.signer) == (house.users["lead"], house.users["books"])


def test_nobody_signs_their_own_draft_not_even_as_a_deputy(house: House) -> None:
    house.line(house.seat("decide", "lead"))
    days: dict[str, Any] = {"starts_on": TODAY, "ends_on": TODAY}
    absences.create(by=house.actor("lead"), person=house.users["lead"], deputy=house.users["clerk"], **days)
    approval = house.draft(house.deal())
    assert refused(lambda: house.approve(approval, "clerk")) == ["same_person"]
    assert refused(lambda: house.reject(approval, "clerk")) == ["same_person"]
    DatedSetting.objects.create(
        code="duty:approval.approval.approve", value="off", starts_on=TODAY, reason="1인 법인"
    )
    assert house.approve(approval, "clerk").state == "approved"


def test_who_heads_the_department_drafts_to_the_one_above(house: House) -> None:
    house.line(house.seat("review", "head"), house.seat("decide", "above"))
    approval = house.draft(house.deal(), "lead")
    assert house.states(approval) == ["director:open"]


def test_signing_afterwards_does_not_hold_it_up(house: House) -> None:
    house.line(house.seat("decide", "lead"), house.seat("decide", "owner", signs_after=True))
    approval = house.approve(house.draft(house.deal()), "lead")
    assert approval.state == "approved"
    assert house.states(approval) == ["lead:agreed", "owner:open"]
    approval = house.reject(approval, "owner", "다음부터는 사전에")
    assert approval.state == "approved"
    assert house.states(approval)[-1] == "owner:objected"


def test_taking_back_as_long_as_nobody_signed(house: House) -> None:
    house.line(house.seat("review", "lead"), house.seat("decide", "owner"))
    approval = house.draft(house.deal())
    assert refused(lambda: commands.drafting.recall(approval, by=house.actor("lead"))) == ["not_the_drafter"]
    house.approve(approval, "lead")
    assert refused(lambda: commands.drafting.recall(approval, by=house.actor("clerk"))) == ["signed_already"]
    other = house.draft(house.deal())
    assert commands.drafting.recall(other, by=house.actor("clerk")).state == "recalled"
    assert refused(lambda: house.approve(other, "lead")) == ["move_not_allowed"]


def test_what_is_in_approval_is_frozen(house: House) -> None:
    house.line(house.seat("decide", "lead"))
    deal = house.deal()
    approval = house.draft(deal)
    assert refused(lambda: scratch.edit(deal, by=BY, note="x")) == ["approval_pending"]
    assert refused(lambda: scratch.confirm(deal, by=BY)) == ["approval_pending"]
    assert refused(lambda: kernel.registry["scratch.deal.delete"](deal, by=BY)) == ["approval_pending"]
    assert refused(lambda: house.draft(deal)) == ["approval_pending"]
    house.approve(approval, "lead")
    scratch.edit(deal, by=BY, note="x")
    assert refused(lambda: kernel.registry["scratch.deal.delete"](deal, by=BY)) == ["approved_stays"]


def test_copies_are_told_and_read(house: House) -> None:
    house.line(house.seat("decide", "lead"), house.seat("copy", "books"), house.seat("receive", "law"))
    approval = house.draft(house.deal())
    assert house.states(approval) == ["lead:open", "books:told", "law:waiting"]
    assert refused(lambda: commands.signing.read(approval, by=house.actor("law"))) == ["nothing_to_read"]
    house.approve(approval, "lead")
    assert house.states(approval)[-1] == "law:told"
    commands.signing.read(approval, by=house.actor("law"))
    assert house.states(approval)[-1] == "law:read"


def test_the_drafter_changes_the_line_within_its_limits(house: House) -> None:
    house.line(
        house.seat("review", "lead"),
        house.seat("consent", "law", is_fixed=False),
        house.seat("decide", "owner"),
    )
    deal = house.deal()

    def line(*places: tuple[str, str]) -> list[Asked]:
        return [Asked(Role(role), house.users[name].pk) for role, name in places]

    def attempt(*places: tuple[str, str]) -> list[str]:
        return refused(lambda: house.draft(deal, steps=line(*places)))

    assert attempt(("decide", "owner")) == ["line_fixed"]
    assert attempt(("decide", "owner"), ("review", "lead")) == ["line_fixed", "line_ended"]
    assert attempt(("review", "lead"), ("decide", "owner"), ("decide", "books")) == ["line_ended"]
    assert attempt(("review", "lead"), ("review", "clerk"), ("decide", "owner")) == ["own_draft"]
    assert attempt(("review", "lead"), ("consent", "lead"), ("decide", "owner")) == ["person_twice"]
    assert attempt(("review", "lead")) == ["nobody_decides", "line_fixed"]
    crowd = [("copy", name) for name in house.users] * 6
    assert "line_too_long" in attempt(("review", "lead"), ("decide", "owner"), *crowd)
    assert refused(lambda: house.draft(deal, steps=[Asked(Role.DECIDE, 0)])) == ["not_found"]
    made = house.draft(
        deal, steps=line(("review", "lead"), ("consent", "safety"), ("decide", "owner"), ("copy", "books"))
    )
    assert house.states(made) == ["lead:open", "safety:waiting", "owner:waiting", "books:told"]


def test_nobody_waits_for_who_may_not_sign(house: House) -> None:
    house.users["law"].grants.all().delete()
    house.line(house.seat("consent", "law"), house.seat("decide", "owner"))
    assert refused(lambda: house.draft(house.deal())) == ["may_not_sign"]


def test_an_empty_seat_is_told(house: House) -> None:
    house.line(house.seat("decide", "department", department=house.team))
    house.users["lead"].is_active = False
    house.users["lead"].save()
    assert set(refused(lambda: house.draft(house.deal()))) == {"seat_empty", "nobody_decides"}


def test_only_records_that_are_seen_are_drafted(house: House) -> None:
    house.line(house.seat("decide", "lead"))
    approval = house.draft(house.deal())
    assert refused(lambda: house.draft(approval)) == ["not_approvable"]
    by = house.actor("clerk")
    gone: dict[str, Any] = {"by": by, "today": TODAY, "kind": "scratch.deal", "record_id": 0}
    assert refused(lambda: commands.drafting.draft(**gone)) == ["not_found"]
    assert refused(lambda: commands.drafting.draft(**gone | {"kind": "no.such"})) == ["not_found"]
    other: dict[str, Any] = {"department": house.team.parent}
    assert refused(lambda: house.draft(house.deal(), **other)) == ["no_department"]


def test_who_is_concerned_sees_the_document(house: House) -> None:
    house.line(house.seat("decide", "lead"), house.seat("receive", "law"))
    approval = house.draft(house.deal())

    def sees(name: str) -> bool:
        rows = Approval.objects.all()
        by = house.actor(name)
        return permissions.visible(rows, by).filter(pk=approval.pk).exists()

    assert sees("clerk") and sees("lead")
    role = house.users["owner"].grants.get().role
    role.permissions = ["approval.approval.view", "approval.approval.approve", "approval.approval.draft"]
    role.save()
    assert sees("clerk") and sees("lead")
    assert not sees("owner") and not sees("law")
    role.permissions += ["scratch.deal.view"]
    role.save()
    assert sees("owner")
