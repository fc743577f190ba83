"""The life of a run: done once though its worker is killed, stopped, taken back, its own to see."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, User
from onmaru.kernel.refusals import Refused
from onmaru.office.batches import queries
from onmaru.office.batches.commands import bulk, runs, steps
from onmaru.office.batches.models import Run
from onmaru.office.batches.tests.conftest import entity, worked
from onmaru.workbench import filters
from tests.scratch import commands
from tests.scratch.models import Client


@pytest.fixture
def thirty(by: Actor) -> list[Client]:
    return [commands.create_client(by=by, code=f"C{n:02}", name=f"고객 {n}") for n in range(30)]


def renamed(by: Actor, **raw: Any) -> Run:
    shown = entity("clients")
    assert shown.edit is not None
    return bulk.start(
        shown, shown.edit, raw or {"is_active": False}, filters.visible(shown, by), "rename", by
    )


def test_a_change_of_many_leaves_out_what_changed_meanwhile(by: Actor, thirty: list[Client]) -> None:
    run = renamed(by, name="같은 이름")
    commands.edit_client(thirty[3], by=by, name="먼저 고침")
    worked(run)
    assert (run.state, run.done, run.refused) == ("done", 29, 1)
    ((pk, reasons),) = queries.refused(run, "applied")
    assert (pk, [reason["code"] for reason in reasons]) == (thirty[3].pk, ["changed_meanwhile"])
    assert Client.objects.filter(name="같은 이름").count() == 29


def test_a_run_is_taken_back_where_nobody_went_on(by: Actor, thirty: list[Client]) -> None:
    run = worked(renamed(by, name="같은 이름"))
    commands.edit_client(Client.objects.get(code="C05"), by=by, name="나중에 고침")
    runs.revert(run, by=by)
    worked(run)
    assert (run.state, run.refused) == ("reverted", 1)
    assert [reasons[0]["code"] for _pk, reasons in queries.refused(run, "reverted")] == ["touched_since"]
    names = dict(Client.objects.values_list("code", "name"))
    assert (names["C04"], names["C05"]) == ("고객 4", "나중에 고침")


def test_all_that_match_are_those_of_the_list_as_it_is_filtered(
    by: Actor, user: User, thirty: list[Client]
) -> None:
    browser = Browser()
    browser.force_login(user)
    asked = {"verb": "edit", "ids": f"{thirty[0].pk}", "all": "1", "field": "name", "name": "함께", "go": "1"}
    browser.post("/clients/bulk", asked | {"query": "?name__contains=%EA%B3%A0%EA%B0%9D+1&sort=code"})
    run = worked(Run.objects.get())
    assert (run.state, run.done) == ("done", 11)
    assert set(Client.objects.filter(name="함께").values_list("code", flat=True)) == {"C01"} | {
        f"C{n}" for n in range(10, 20)
    }
    assert browser.post("/clients/bulk", asked | {"query": "?nothing=1"}).status_code != 200
    assert Run.objects.count() == 1


def test_what_a_killed_worker_did_is_not_done_twice(
    by: Actor, thirty: list[Client], monkeypatch: Any
) -> None:
    """The chunk's records are done and its result is not: as a worker leaves it that is cut in between."""
    run = renamed(by, name="같은 이름")
    with monkeypatch.context() as cut:
        cut.setattr(steps, "keep", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            steps.step(run.pk)
    worked(run)
    assert (run.done, run.refused) == (30, 0)
    assert AuditRow.objects.filter(source=run.source, subject_kind="scratch.client").count() == 30


def test_a_stopped_run_goes_no_further(by: Actor, thirty: list[Client], monkeypatch: Any) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 10)
    run = renamed(by)
    steps.step(run.pk)
    runs.cancel(run, by=by)
    assert not steps.step(run.pk)
    assert Client.objects.filter(is_active=False).count() == 10
    with pytest.raises(Refused, match="move_not_allowed"):
        runs.cancel(run, by=by)


def test_a_run_that_breaks_says_so(by: Actor, thirty: list[Client]) -> None:
    run = renamed(by)
    Run.objects.filter(pk=run.pk).update(plan={"command": "scratch.client.edit_client"})
    steps.spell(run.pk)
    run.refresh_from_db()
    assert (run.state, run.trouble) == ("failed", "KeyError: 'raw'")


def test_nothing_chosen_is_refused_and_so_is_who_may_not(by: Actor, thirty: list[Client]) -> None:
    shown = entity("clients")
    assert shown.edit is not None
    with pytest.raises(Refused, match="nothing_chosen"):
        bulk.start(shown, shown.edit, {}, Client.objects.none(), "none", by)
    with pytest.raises(Refused, match="not_permitted"):
        renamed(identity.only(by, "scratch.client.view"))


def test_a_quiet_run_is_taken_up_again(by: Actor, thirty: list[Client]) -> None:
    run = renamed(by)
    assert runs.resume() == 0
    Run.objects.filter(pk=run.pk).update(beat_at="2026-01-01T00:00:00Z")
    assert (runs.resume(), runs.resume()) == (1, 0)


def test_a_run_is_its_owners_to_see_and_stop(by: Actor, thirty: list[Client]) -> None:
    run = renamed(by)
    stranger = User.objects.create_user("stranger")
    browser = Browser()
    browser.force_login(stranger)
    assert browser.get(f"/runs/{run.pk}/").status_code == 404
    browser.force_login(User.objects.get(username="kim"))
    assert browser.post(f"/runs/{run.pk}/do/cancel").status_code == 302
    assert browser.get(f"/runs/{run.pk}/").status_code == 200
