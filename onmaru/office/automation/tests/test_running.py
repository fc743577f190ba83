"""Rules at work: once for what happened, under the owner's permissions, tried first, stopped when astray."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, Role, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.office.activities.models import Activity
from onmaru.office.automation import jobs
from onmaru.office.automation.commands import rules, running
from onmaru.office.automation.models import Due, Rule, Run
from onmaru.office.automation.queries import trials
from onmaru.office.automation.tests.conftest import hire
from onmaru.office.discussion.commands import comments
from onmaru.office.mail.commands import accounts
from onmaru.office.mail.models import Mail
from onmaru.office.notices.models import Notice
from onmaru.office.undo import commands as undo
from onmaru.office.webhooks.commands import webhooks
from onmaru.office.webhooks.models import Message
from onmaru.workbench import registry
from tests.scratch import commands as scratch

CHANGED = Rule.Happening.CHANGED
NOTICE = {"does": "notice", "said": "{name} 확인"}
OWN = ("automation.*", "activities.*")


@pytest.fixture
def seller(db: Any) -> User:
    return hire("seller", "최민", "party.party.*", *OWN)


def make(person: User, *, on: bool = True, **said: Any) -> Rule:
    """A rule of somebody's, tried and on."""
    by = identity.actor(person)
    rule = rules.create(
        **{"by": by, "name": "규칙", "kind": "party.party", "happening": CHANGED, "actions": [NOTICE], **said}
    )
    rules.try_out(rule, by=by)
    return rules.switch_on(rule, by=by) if on else rule


def test_what_happened_is_acted_on_once_and_only_while_the_rule_is_on(
    seller: User, party: Party, by: Actor
) -> None:
    rule = make(seller, on=False)
    parties.edit(party, by=by, note="전")
    assert jobs.look() == 0
    rules.switch_on(rule, by=identity.actor(seller))
    parties.edit(party, by=by, note="후")
    assert (jobs.look(), jobs.look()) == (1, 0)
    assert [one.words for one in Notice.objects.all()] == ["한빛상사 확인"]
    assert [(one.outcome, one.told) for one in Run.objects.all()] == [("done", "알림 – 최민: 한빛상사 확인")]


def test_what_was_rolled_back_never_happened(seller: User, party: Party, by: Actor) -> None:
    make(seller)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        parties.edit(party, by=by, note="곧 사라짐")
        raise ZeroDivisionError
    assert not Due.objects.exists()


@pytest.mark.parametrize(
    ("said", "acts"),
    [
        ({"word": "note"}, True),
        ({"word": "phone"}, False),
        ({"formula": 'note == "후" and coalesce(was_note, "") == ""'}, True),
        ({"formula": 'was_note == "후"'}, False),
        ({"query": "q=한빛"}, True),
        ({"query": "q=없는이름"}, False),
        ({"happening": "command", "word": "edit"}, True),
        ({"happening": "created"}, False),
    ],
)
def test_a_condition_says_which(
    said: dict[str, Any], acts: bool, seller: User, party: Party, by: Actor
) -> None:
    make(seller, **said)
    parties.edit(party, by=by, note="후")
    jobs.look()
    assert Run.objects.exists() == acts


def test_a_created_record_gets_an_activity_and_a_field(seller: User, by: Actor) -> None:
    actions = [
        {"does": "activity", "what": "3", "whom": "seller", "said": "{name} 방문"},
        {"does": "field", "what": "note", "said": 'name + " 신규"'},
    ]
    make(seller, happening="created", actions=actions)
    made = parties.create(by=by, name="마루상사", confirm_duplicate=True)
    jobs.look()
    assert Activity.objects.get(subject_id=made.pk).title == "마루상사 방문"
    made.refresh_from_db()
    assert made.note == "마루상사 신규"


def test_a_mail_goes_from_the_account_of_the_owner(party: Party, by: Actor) -> None:
    writer = hire("writer", "박솔", "party.party.*", "mail.mail.write", *OWN)
    accounts.create(by=by, name="대표", address="box@onmaru.example", smtp_host="smtp.onmaru.example")
    told = {"does": "mail", "what": "{name} 변경", "whom": "a@example.com", "said": "{note}"}
    make(writer, actions=[told])
    parties.edit(party, by=by, note="후")
    jobs.look()
    mail = Mail.objects.get()
    assert (mail.to, mail.title, mail.text) == (["a@example.com"], "한빛상사 변경", "후")
    assert (mail.subject_id, mail.person_id) == (party.pk, writer.pk)


def test_a_webhook_is_told_the_record_as_the_owner_sees_it(seller: User, party: Party, by: Actor) -> None:
    hook = webhooks.create(
        by=identity.also(identity.actor(seller), "webhooks.*"), name="창고", url="https://example.com/"
    )
    with pytest.raises(Refused):
        make(seller, actions=[{"does": "webhook", "what": "창고"}])
    Role.objects.filter(code="seller").update(permissions=["party.party.*", *OWN, "webhooks.*"])
    make(seller, actions=[{"does": "webhook", "what": "창고"}])
    parties.edit(party, by=by, note="후")
    jobs.look()
    message = Message.objects.get(webhook=hook)
    said = json.loads(message.body)
    assert (said["type"], said["data"]["record"]["name"]) == ("party.party.changed", "한빛상사")


def test_all_actions_happen_or_none_and_the_owner_hears_why(party: Party, by: Actor) -> None:
    clerk = hire("looker", "박솔", "party.party.view", *OWN)
    actions = [NOTICE, {"does": "field", "what": "note", "said": '"규칙"'}]
    make(clerk, actions=actions)
    parties.edit(party, by=by, note="후")
    jobs.look()
    run = Run.objects.get()
    assert run.outcome == "refused" and "거래처: 수정" in run.told
    assert [one.kind for one in Notice.objects.all()] == ["automation"]


def test_what_the_owner_may_not_see_is_left_out(stranger: User, party: Party, by: Actor) -> None:
    rule = make(hire("blind", "눈먼이", "product.product.view", *OWN), on=False)
    rules.switch_on(rule, by=identity.actor(rule.owner))
    parties.edit(party, by=by, note="후")
    assert jobs.look() == 1
    assert not Run.objects.exists()
    assert trials.over(rule, identity.actor(rule.owner), 30).lines == []


def test_a_rule_that_sets_itself_off_is_stopped_and_its_owner_told(
    seller: User, party: Party, by: Actor
) -> None:
    rule = make(seller, actions=[{"does": "field", "what": "note", "said": 'note + "."'}])
    parties.edit(party, by=by, note="시작")
    for _turn in range(20):
        jobs.look()
    rule.refresh_from_db()
    party.refresh_from_db()
    assert (rule.state, party.note) == ("off", "시작.....")
    assert rule.stopped_by == "규칙끼리 꼬리를 물고 반복됨"
    assert Notice.objects.filter(kind="automation", person=seller).count() == 1
    assert not Due.objects.exists()


def test_a_rule_that_runs_too_often_is_stopped(seller: User, party: Party, by: Actor) -> None:
    rule = make(seller, most_an_hour=2)
    for note in "가나다라":
        parties.edit(party, by=by, note=note)
    jobs.look()
    rule.refresh_from_db()
    assert rule.state == "off"
    assert list(Run.objects.order_by("id").values_list("outcome", flat=True)) == ["done", "done", "stopped"]


def test_a_rule_of_somebody_who_left_stops(seller: User, party: Party, by: Actor) -> None:
    rule = make(seller)
    User.objects.filter(pk=seller.pk).update(is_active=False)
    parties.edit(party, by=by, note="후")
    jobs.look()
    rule.refresh_from_db()
    assert rule.state == "off"


def test_what_fails_is_tried_three_times_and_stands_in_the_log(
    seller: User, party: Party, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(seller)
    parties.edit(party, by=by, note="후")

    def broken(*_given: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(running, "act", broken)
    assert [jobs.look() for _turn in range(4)] == [1, 1, 1, 0]
    assert Run.objects.get().outcome == "failed"


def test_a_trial_sees_each_record_as_it_stood_then(seller: User, party: Party, by: Actor) -> None:
    rule = make(seller, on=False, formula='note == "급함"')
    for note in ("보통", "급함", "끝"):
        parties.edit(party, by=by, note=note)
    found = trials.over(rule, identity.actor(seller), 30)
    assert [one.holds for one in found.lines] == [False, True, False]
    assert (found.acted, found.left, Run.objects.count()) == (1, 2, 0)
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        assert trials.over(rule, identity.actor(seller), 30).lines == []


def test_what_was_not_tried_as_it_stands_cannot_be_switched_on(seller: User) -> None:
    rule, by = make(seller, on=False), identity.actor(seller)
    rules.edit(rule, by=by, formula='note == "다름"')
    with pytest.raises(Refused) as refused:
        rules.switch_on(rule, by=by)
    assert refused.value.codes == ["rule_untried"]


def test_a_rule_on_that_is_changed_waits_for_a_new_trial(seller: User) -> None:
    rule, by = make(seller), identity.actor(seller)
    assert rules.edit(rule, by=by, name="새 이름").state == "on"
    assert rules.edit(rule, by=by, word="note").state == "draft"
    # What it says again was tried: taking the change back leaves it on as it was.
    undo.undo(AuditRow.objects.latest("id"), by)
    rule.refresh_from_db()
    assert (rule.state, rule.word) == ("on", "")


def test_only_its_owner_changes_a_rule_and_others_take_it_over(seller: User, mate: User) -> None:
    rule = make(seller)
    other = identity.also(identity.actor(mate), "automation.*")
    with pytest.raises(Refused) as refused:
        rules.edit(rule, by=other, name="남의 것")
    assert refused.value.codes == ["rule_owner_only"]
    assert rules.switch_off(rule, by=other).state == "off"
    taken = rules.take_over(rule, by=other)
    assert (taken.owner, taken.state, taken.tried) == (mate, "draft", "")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"kind": "kernel.user", "happening": "date", "word": "x"}, "rule_word_unknown"),
        ({"kind": "no.such"}, "field_invalid"),
        ({"kind": "automation.action"}, "field_invalid"),
        ({"word": "nothing"}, "rule_word_unknown"),
        ({"happening": "state", "word": "draft"}, "rule_word_unknown"),
        ({"happening": "event", "word": "no.such.event"}, "rule_word_unknown"),
        ({"actions": []}, "rule_empty"),
        ({"formula": "name + 1"}, "expression_misfit"),
        ({"formula": "name"}, "rule_condition_not_yes"),
        ({"query": "nothing=1"}, "filter_unknown"),
        ({"actions": [{"does": "command", "what": "fly"}]}, "rule_action_unknown"),
        ({"actions": [{"does": "field", "what": "note"}]}, "rule_action_needs"),
        ({"actions": [{"does": "activity", "what": "soon", "said": "x"}]}, "field_invalid"),
        ({"actions": [{**NOTICE, "whom": "nobody"}]}, "rule_person_unknown"),
        (
            {"actions": [{"does": "mail", "what": "a", "whom": "a@example.com", "said": "x"}]},
            "rule_mail_missing",
        ),
        ({"actions": [{"does": "webhook", "what": "none"}]}, "rule_action_unknown"),
    ],
)
def test_what_a_rule_cannot_say_is_refused(said: dict[str, Any], code: str, seller: User) -> None:
    with pytest.raises(Refused) as refused:
        make(seller, **said)
    assert code in refused.value.codes


@pytest.mark.django_db
def test_a_day_comes_once_and_a_missed_one_is_made_up_for() -> None:
    by = identity.system("tester")
    person = hire("keeper", "박솔", "scratch.*", *OWN)
    deal = scratch.create(
        by=by,
        today=date(2026, 11, 27),
        company=scratch.found(by=by, code="F1", name="마루상사"),
        client=scratch.create_client(by=by, code="C1", name="한빛상사"),
        promised_on=date(2026, 12, 10),
    )
    said: dict[str, Any] = {"kind": "scratch.deal", "happening": "date", "word": "promised_on", "days": -3}
    with time_machine.travel("2026-12-01T09:00:00+09:00"):
        rule = make(person, **said, formula='state == "draft"')
        assert jobs.days() == 0
    with time_machine.travel("2026-12-09T09:00:00+09:00"):
        assert (jobs.days(), jobs.days()) == (1, 0)
        assert [one.day for one in rule.runs.all()] == [date(2026, 12, 7)]
        assert [one.holds for one in trials.over(rule, identity.actor(person), 30).lines] == [True]
        scratch.edit(deal, by=by, promised_on=date(2026, 12, 12))
        assert (jobs.days(), jobs.days()) == (1, 0)
    assert Notice.objects.filter(kind="rule").count() == 2


def test_an_event_of_the_outbox_sets_a_rule_off(seller: User, party: Party, mate: User) -> None:
    make(
        seller,
        kind="discussion.comment",
        happening="event",
        word="discussion.comment.written",
        formula='text == "급함"',
    )
    by = identity.also(identity.actor(mate), "discussion.comment.write")
    for text in ("보통", "급함"):
        comments.write(by=by, subject_kind="party.party", subject_id=party.pk, text=text)
    assert jobs.look() == 2
    assert Run.objects.get().outcome == "done"


def test_every_entity_has_rules_without_a_line_of_its_own(db: Any) -> None:
    by = identity.actor(User.objects.create_user("everyone", full_name="모두", is_superuser=True))
    for kind in sorted({one.model._meta.label_lower for one in registry.every()}):
        said: dict[str, Any] = {
            "kind": kind,
            "happening": CHANGED,
            "actions": [{"does": "notice", "said": "{record}"}],
        }
        rule = rules.try_out(rules.create(by=by, name=f"규칙 {kind}", **said), by=by)
        assert trials.over(rule, by, 30).acted >= 0
        assert rules.switch_on(rule, by=by).state == "on"
    assert Rule.objects.filter(kind="scratch.deal", state="on").exists()
