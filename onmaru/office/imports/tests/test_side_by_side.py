"""Two workers on one file: in its order whatever comes first, and whole though one of them is killed."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import pytest
from django.db import connections

from onmaru.kernel import identity, work
from onmaru.kernel.models import AuditRow, Event
from onmaru.masters.party.models import Party
from onmaru.office.batches import queries as of_runs
from onmaru.office.batches.commands import steps
from onmaru.office.batches.models import Run
from onmaru.office.imports.commands import staging
from onmaru.office.imports.tests.conftest import staged, worked
from tests.scratch.models import Client

HEAD = "party code,party name,is a customer,phone\n"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(monkeypatch: Any) -> Run:
    """Three chunks of ten; the second chunk says again a code and a phone number of the first."""
    monkeypatch.setattr(staging, "BULK_CHUNK", 10)
    lines = [f"X{n},고객 {n},예,02-555-{n:04}" for n in range(29)]
    lines[12], lines[15] = "X4,다른 이름,예,", "Y15,또 다른 이름,예,02-555-0003"
    by = identity.system("bench")
    made = staged("parties", (HEAD + "\n".join(lines)).encode(), by)
    staging.go(made, by)
    return made


class Held:
    """A worker that stands still before it writes, and then goes on or dies."""

    def __init__(self, run: Run, monkeypatch: Any, *, dies: bool = False) -> None:
        self.stands, self.may_go, self.dies = threading.Event(), threading.Event(), dies
        self.thread = threading.Thread(target=self.work, args=(run.pk,))
        wait = work.in_turn

        def in_turn() -> None:
            if threading.current_thread() is self.thread:
                self.stand()
            wait()

        monkeypatch.setattr(work, "in_turn", in_turn)
        self.thread.start()
        assert self.stands.wait(10)

    def stand(self) -> None:
        self.stands.set()
        assert self.may_go.wait(10)
        if self.dies:
            raise SystemExit

    def work(self, run_id: int) -> None:
        with suppress(SystemExit):
            steps.step(run_id)
        connections.close_all()


def helper(run: Run, answers: list[bool]) -> threading.Thread:
    """A second worker that lends a hand with one chunk."""

    def help_out() -> None:
        answers.append(steps.lend_a_hand(run.pk))
        connections.close_all()

    started = threading.Thread(target=help_out)
    started.start()
    return started


def refusals_of(run: Run) -> list[tuple[int, str]]:
    return [(line, reasons[0]["code"]) for line, reasons in of_runs.refused(run, "applied")]


def finished(run: Run) -> None:
    while steps.step(run.pk):
        pass
    run.refresh_from_db()
    assert (run.state, run.done, run.refused) == ("done", 27, 2)
    assert refusals_of(run) == [(14, "key_twice"), (17, "possible_duplicate")]
    assert Party.objects.filter(code="X4").get().name == "고객 4"
    assert AuditRow.objects.filter(source=run.source, command="party.party.create").count() == 27
    assert Event.objects.filter(kind="party.party.created").count() == 27


def test_of_two_equal_lines_the_second_is_refused_though_its_chunk_was_ready_first(
    run: Run, monkeypatch: Any
) -> None:
    first = Held(run, monkeypatch)
    second = helper(run, [])
    second.join(0.5)
    assert second.is_alive() and Party.objects.count() == 0
    first.may_go.set()
    first.thread.join(10)
    second.join(10)
    assert of_runs.chunks(run).filter(applied__isnull=False).count() == 2
    finished(run)


def test_what_a_killed_worker_had_begun_is_done_by_who_is_left(run: Run, monkeypatch: Any) -> None:
    first = Held(run, monkeypatch, dies=True)
    answers: list[bool] = []
    second = helper(run, answers)
    second.join(0.3)
    first.may_go.set()
    first.thread.join(10)
    second.join(10)
    # The helper's chunk was out of turn: it is given back, and nothing of it was written.
    assert answers == [True] and Party.objects.count() == 0
    finished(run)


def test_a_helper_does_chunks_and_leaves_the_end_to_the_worker_of_the_run(run: Run) -> None:
    answers = [steps.lend_a_hand(run.pk) for _chunk in range(4)]
    assert answers == [True, True, True, False]
    run.refresh_from_db()
    assert run.is_working
    finished(run)


def test_records_that_are_changed_one_by_one_wait_for_nobody() -> None:
    before, by = Client.objects.create(code="C1", name="처음 이름"), identity.system("bench")
    run = staged("clients", b"code,name\nC1,Later\nC2,New\n", by)
    staging.go(run, by)
    worked(run)
    before.refresh_from_db()
    assert (run.state, run.done, before.name) == ("done", 2, "Later")
