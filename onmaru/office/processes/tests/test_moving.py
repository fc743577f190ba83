"""Instances on records: people by role, calls for the owner, messages, timers, versions, simulation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.office.automation import jobs as rules_jobs
from onmaru.office.automation.tests.test_running import make
from onmaru.office.notices.models import Notice
from onmaru.office.processes import jobs
from onmaru.office.processes.commands import drawing, instances, moving, steps
from onmaru.office.processes.models import Instance, Process, Step
from onmaru.office.processes.queries import simulations, standing
from onmaru.office.processes.tests.conftest import CHECKED, WAITING, drawn


def begun(process: Process, party: Party, by: Actor) -> Instance:
    instance = instances.start(by=by, process=process, subject_id=party.pk)
    return moved(instance)


def moved(instance: Instance) -> Instance:
    moving.move(instance.pk)
    instance.refresh_from_db()
    return instance


def test_a_step_waits_for_its_role_and_its_answer_leads_on(
    process: Process, party: Party, checker: User, mate: User, by: Actor
) -> None:
    instance = begun(process, party, by)
    [step] = standing.mine(identity.actor(checker))
    assert (step.name, step.role, list(standing.mine(identity.actor(mate)))) == ("거래처 확인", "checker", [])
    assert Notice.objects.filter(kind="step_of_process", person=checker).count() == 1
    other = identity.also(identity.actor(mate), "processes.step.finish")
    with pytest.raises(Refused) as refused:
        steps.finish(step, by=other, answer="아니오")
    assert refused.value.codes == ["step_not_yours"]
    steps.finish(step, by=identity.actor(checker), answer="아니오", note="연락 두절")
    instance = moved(instance)
    party.refresh_from_db()
    assert (instance.state, party.is_active) == ("done", False)
    assert [one.element for one in standing.of_instance(instance)] == ["check", "archive"]
    assert not Step.objects.exclude(state="done").exists()
    assert moved(instance).steps.count() == 2


def test_another_answer_leads_elsewhere_and_a_condition_sees_the_record(
    process: Process, party: Party, checker: User, by: Actor
) -> None:
    instance = begun(process, party, by)
    steps.finish(instance.steps.get(), by=identity.actor(checker), answer="예")
    assert moved(instance).state == "done"
    parties.edit(party, by=by, note="단골")
    assert begun(process, party, by).state == "done"
    party.refresh_from_db()
    assert party.is_active


def test_what_the_owner_may_not_is_stuck_and_taken_up_again(
    process: Process, party: Party, checker: User, owner: User, by: Actor
) -> None:
    instance = begun(process, party, by)
    steps.finish(instance.steps.get(), by=identity.actor(checker), answer="아니오")
    Grant.objects.filter(user=owner).update(role=Grant.objects.get(user=checker).role)
    instance = moved(instance)
    assert instance.state == "stuck" and "거래처: 사용 중지" in instance.trouble
    assert Notice.objects.filter(kind="process", person=owner).count() == 1
    party.refresh_from_db()
    assert party.is_active
    User.objects.filter(pk=owner.pk).update(is_superuser=True)
    assert moved(instances.retry(instance, by=by)).state == "done"


def test_what_is_refused_is_skipped_by_the_owner_with_a_reason(
    process: Process, party: Party, checker: User, owner: User, by: Actor
) -> None:
    instance = begun(process, party, by)
    steps.finish(instance.steps.get(), by=identity.actor(checker), answer="아니오")
    Grant.objects.filter(user=owner).update(role=Grant.objects.get(user=checker).role)
    instance = moved(instance)
    assert (instance.state, instance.steps.get(element="archive").state) == ("stuck", "stuck")
    with pytest.raises(Refused) as refused:
        instances.skip(
            instance, by=identity.also(identity.actor(checker), "processes.instance.skip"), reason="-"
        )
    assert refused.value.codes == ["process_owner_only"]
    himself = identity.also(identity.actor(owner), "processes.instance.skip")
    instance = moved(instances.skip(instance, by=himself, reason="담당자가 직접 처리함"))
    step = instance.steps.get(element="archive")
    assert (instance.state, instance.trouble, step.state) == ("done", "", "done")
    assert (step.note, step.done_by) == ("담당자가 직접 처리함", "강대표")
    party.refresh_from_db()
    assert party.is_active


def test_what_is_under_way_stays_on_its_version(
    process: Process, party: Party, checker: User, owner: User, by: Actor
) -> None:
    first = begun(process, party, by)
    drawing.draw(process, by=identity.actor(owner), xml=CHECKED.replace("거래처 확인", "신규 확인"))
    drawing.release(process, by=identity.actor(owner))
    second = begun(process, party, by)
    assert (first.of_version.number, second.of_version.number) == (1, 2)
    assert [one.steps.get().name for one in (moved(first), second)] == ["거래처 확인", "신규 확인"]


def test_a_message_and_a_timer_wake_it(owner: User, party: Party, by: Actor) -> None:
    process = drawing.release(drawn(owner, WAITING), by=identity.actor(owner))
    instance = begun(process, party, by)
    assert (instance.waits, jobs.due()) == (["edit"], 0)
    parties.edit(party, by=by, note="후")
    assert (jobs.due(), jobs.due()) == (1, 0)
    instance = moved(instance)
    assert (instance.state, instance.waits) == ("running", [])
    assert [one.element for one in instance.steps.filter(left_at=None)] == ["pause"]
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        assert jobs.due() == 1
        assert moved(instance).state == "done"


def test_what_happened_before_the_wait_is_not_heard(owner: User, party: Party, by: Actor) -> None:
    parties.edit(party, by=by, note="전")
    process = drawing.release(drawn(owner, WAITING), by=identity.actor(owner))
    instance = begun(process, party, by)
    assert (jobs.due(), moved(instance).waits) == (0, ["edit"])


def test_an_instance_is_cancelled_where_it_stands(
    process: Process, party: Party, checker: User, by: Actor
) -> None:
    instance = begun(process, party, by)
    step = instance.steps.get()
    instances.cancel(instance, by=by)
    assert list(standing.mine(identity.actor(checker))) == []
    with pytest.raises(Refused):
        steps.finish(step, by=identity.actor(checker))


def test_only_people_do_their_steps(owner: User, party: Party, by: Actor) -> None:
    process = drawing.release(drawn(owner, WAITING), by=identity.actor(owner))
    instance = begun(process, party, by)
    with pytest.raises(Refused) as refused:
        steps.finish(instance.steps.first(), by=by)
    assert refused.value.codes == ["step_not_for_people"]


def test_only_what_is_in_force_starts(process: Process, party: Party, by: Actor) -> None:
    drawing.retire(process, by=by)
    with pytest.raises(Refused) as refused:
        instances.start(by=by, process=process, subject_id=party.pk)
    assert refused.value.codes == ["process_not_in_force"]
    with pytest.raises(Refused) as refused:
        instances.begin(process, User.objects.first(), by)
    assert refused.value.codes == ["process_other_kind"]


def test_a_rule_starts_a_process_once_on_a_record(
    process: Process, owner: User, party: Party, by: Actor
) -> None:
    make(owner, actions=[{"does": "process", "what": "거래처 심사"}])
    for note in ("가", "나"):
        parties.edit(party, by=by, note=note)
    rules_jobs.look()
    assert Instance.objects.get().subject_id == party.pk


def test_a_simulation_shows_where_records_would_go_and_does_nothing(
    process: Process, party: Party, owner: User, by: Actor
) -> None:
    parties.create(by=by, name="단골상회", note="단골", confirm_duplicate=True)
    told: dict[str, Any] = {one: simulations.over(process, 30, {"check": one}) for one in ("예", "아니오")}
    assert [(str(one.record), one.names, one.ended) for one in told["아니오"].ways] == [
        ("단골상회", ["끝"], True),
        ("한빛상사", ["거래처 확인", "보관", "끝"], True),
    ]
    assert (told["예"].counts["check"], told["예"].counts.get("archive", 0)) == (1, 0)
    party.refresh_from_db()
    assert party.is_active and not Instance.objects.exists()


def test_a_simulation_answers_each_record_as_it_was_answered_or_by_a_formula(
    process: Process, party: Party, checker: User, by: Actor
) -> None:
    begun(process, party, by)
    [step] = standing.mine(identity.actor(checker))
    steps.finish(step, by=identity.actor(checker), answer="예")
    parties.create(by=by, name="새봄상사", confirm_duplicate=True)
    parties.create(by=by, name="가을상사", confirm_duplicate=True)
    asked = {"check": "='아니오' if name == '새봄상사' else '예'"}
    told = {str(one.record): (one.names[1], one.answers) for one in simulations.over(process, 30, asked).ways}
    assert told["한빛상사"] == ("끝", ["거래처 확인: 예"])
    assert told["새봄상사"] == ("보관", ["거래처 확인: 아니오"])
    assert told["가을상사"] == ("끝", ["거래처 확인: 예"])
    with pytest.raises(Refused) as refused:
        simulations.over(process, 30, {"check": "=nothing + 1"})
    assert refused.value.codes == ["expression_name"]
    fixed = {str(one.record): one.names[1] for one in simulations.over(process, 30, {"check": "아니오"}).ways}
    assert fixed == {"한빛상사": "끝", "새봄상사": "보관", "가을상사": "보관"}
