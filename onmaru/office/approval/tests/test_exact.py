"""What holds under two people at once, after a kill, and whatever program asks."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import InternalError, connections, transaction
from django.db.utils import IntegrityError
from django.test import Client as Browser
from django.utils import timezone
from pypdf import PdfReader

from onmaru.kernel import events, jobs, printing
from onmaru.kernel.models import Event, StoredFile
from onmaru.kernel.refusals import Refused
from onmaru.office.approval import reports
from onmaru.office.approval.models import Approval, Step
from onmaru.office.approval.tests import people
from onmaru.office.approval.tests.people import House
from onmaru.workbench import history
from tests.proofs import broken, clean, run_sql, unguarded


def at_once(*attempts: Callable[[], Any]) -> list[str]:
    """What becomes of attempts made at the same moment, each on a connection of its own."""
    gate, outcomes = threading.Barrier(len(attempts)), []

    def run(attempt: Callable[[], Any]) -> None:
        gate.wait()
        try:
            attempt()
            outcomes.append("done")
        except Refused as refused:
            outcomes.extend(refused.codes)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in attempts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(outcomes)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_at_once_come_one_by_one() -> None:
    house = people.build()
    house.line(house.seat("consent", "law"), house.seat("consent", "books"), house.seat("decide", "owner"))
    deal = house.deal()
    assert at_once(lambda: house.draft(deal), lambda: house.draft(deal, "lead")) == [
        "approval_pending",
        "done",
    ]
    approval = Approval.objects.get()
    assert (
        at_once(lambda: house.approve(approval, "law"), lambda: house.approve(approval, "books"))
        == ["done"] * 2
    )
    opened = Event.objects.filter(kind="approval.step.opened", payload__step_id=approval.steps.last().pk)  # type: ignore[union-attr]
    assert opened.count() == 1
    both = at_once(lambda: house.approve(approval, "owner"), lambda: house.reject(approval, "owner"))
    assert both[0] == "done" or both[1] == "done"
    assert len([one for one in both if one == "done"]) == 1


@pytest.mark.django_db
def test_what_was_drafted_and_signed_is_not_rewritten(house: House) -> None:
    house.line(house.seat("decide", "lead"))
    approval = house.approve(house.draft(house.deal()), "lead")
    rewrites: list[Callable[[], Any]] = [
        lambda: Approval.objects.filter(pk=approval.pk).update(content={}),
        lambda: Approval.objects.filter(pk=approval.pk).update(state="pending"),
        lambda: Approval.objects.filter(pk=approval.pk).update(amount=1),
        lambda: run_sql("DELETE FROM approval_step WHERE approval_id = %s", approval.pk),
        lambda: Approval.objects.filter(pk=approval.pk).delete(),
        lambda: Step.objects.filter(approval=approval).update(opinion="좋습니다"),
    ]
    for rewrite in rewrites:
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            rewrite()


@pytest.mark.django_db
@pytest.mark.usefixtures("built")
def test_the_paper_is_made_once_and_kept(house: House) -> None:
    house.line(house.seat("review", "lead"), house.seat("decide", "owner"), house.seat("receive", "law"))
    approval = house.draft(house.deal(lines=3), opinion="연내 납품 건입니다")
    house.approve(approval, "lead", opinion="확인했습니다")
    house.approve(approval, "owner")
    jobs.drain()
    approval.refresh_from_db()
    assert approval.paper is not None
    text = PdfReader(BytesIO(bytes(approval.paper.content))).pages[0].extract_text()
    for words in (
        approval.number,
        "박팀장",
        "김대표",
        "확인했습니다",
        "연내 납품",
        "헬멧",
        approval.digest[:16],
    ):
        assert words in text.replace("\n", "")
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        StoredFile.objects.filter(pk=approval.paper.pk).update(name="x")
    assert reports.paper(approval, "en") == bytes(approval.paper.content)
    with printing.as_picture():
        assert reports.paper(approval, "en").startswith(b"\x89PNG")
    told = history.of(approval, people.BY)
    changes = [one.new for row in told for one in row.changes]
    assert f"{timezone.localtime(approval.finished_at):%Y-%m-%d %H:%M}" in changes
    assert told[0].who == "온마루"
    kept = reports.paper(approval, "en")
    assert kept == bytes(approval.paper.content)
    page = Browser()
    page.force_login(house.users["owner"])
    assert hashlib.sha256(kept).hexdigest() in page.get(f"/approvals/{approval.pk}/").content.decode()
    clean()
    with unguarded("kernel_storedfile"):
        changed = "set_byte(content, 100, 255 - get_byte(content, 100))"
        run_sql(f"UPDATE kernel_storedfile SET content = {changed} WHERE id = %s", approval.paper.pk)
    assert broken() == {"files_are_whole"}


@pytest.mark.django_db
@pytest.mark.usefixtures("built")
def test_a_reaction_cut_off_is_delivered_once_more_and_not_twice(
    house: House,
) -> None:
    house.line(house.seat("decide", "lead"))
    approval = house.approve(house.draft(house.deal()), "lead")
    fact = Event.objects.get(kind="approval.approval.approved")
    name = "onmaru.office.approval.reactions.keep_paper"
    with pytest.raises(RuntimeError), transaction.atomic():
        events.react(fact.pk, name)
        raise RuntimeError("killed before its commit")
    assert Approval.objects.get(pk=approval.pk).paper_id is None
    assert events.react(fact.pk, name)
    assert not events.react(fact.pk, name)
    assert StoredFile.objects.filter(subject_kind="approval.approval").count() == 1
