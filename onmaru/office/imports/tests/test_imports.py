"""Files in: read in the forms of Korean offices, mapped, mended, brought in, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.kernel import identity, trash
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, Trash, User
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.office.batches import queries as of_runs
from onmaru.office.batches.commands import reversal, runs, steps
from onmaru.office.batches.models import Run
from onmaru.office.imports.commands import staging
from onmaru.office.imports.tests.conftest import staged, worked
from onmaru.office.undo import commands as undo
from onmaru.workbench.views import cells
from tests.scratch.models import Client

HEAD = "party code,party name,is a customer\n"


def gone(run: Run, by: Actor) -> Run:
    staging.go(run, by)
    return run


def test_good_rows_are_taken_and_the_rest_is_told_by_line(by: Actor) -> None:
    rows = "".join(f"X{n},고객{n},{'예' if n % 10 else '글쎄'}\n" for n in range(30))
    run = staged("parties", (HEAD + rows).encode("cp949"), by)
    staging.go(run, by)
    worked(run)
    assert (run.state, run.total, run.done, run.refused) == ("done", 30, 27, 3)
    assert Party.objects.count() == 27
    told = [
        (line, reasons[0]["code"], reasons[0]["field"]) for line, reasons in of_runs.refused(run, "applied")
    ]
    assert told == [(line, "value_unreadable", "is_customer") for line in (2, 12, 22)]


def test_an_import_is_taken_back(by: Actor) -> None:
    old = staged("parties", (HEAD + "A1,가나,예\n").encode(), by)
    staging.go(old, by)
    worked(old)
    run = staged("parties", (HEAD + "A1,다라,예\nB1,마바,예\nB2,사아,예\n").encode(), by)
    staging.go(run, by)
    worked(run)
    assert dict(Party.objects.values_list("code", "name")) == {"A1": "다라", "B1": "마바", "B2": "사아"}
    runs.revert(run, by=by)
    worked(run)
    assert list(of_runs.refused(run, "reverted")) == []
    assert (run.state, dict(Party.objects.values_list("code", "name"))) == ("reverted", {"A1": "가나"})


def test_all_or_none_takes_none(by: Actor) -> None:
    run = staged("clients", "code,name\nK1,하나\nK2,\n".encode(), by)
    staging.plan(run, columns=["code", "name"], mode="both", whole=True, given={})
    staging.go(run, by)
    worked(run)
    assert (run.state, run.refused, Client.objects.count()) == ("draft", 1, 0)
    staging.mend(run, 3, 1, "둘")
    staging.go(run, by)
    assert (worked(run).state, Client.objects.count()) == ("done", 2)


def test_a_large_import_is_taken_back_together_though_its_worker_is_killed(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"X{n:02},고객{n},예\n" for n in range(40))
    run = worked(gone(staged("parties", (HEAD + rows).encode(), by), by))
    kept = Party.objects.get(code="X07")
    parties.edit(kept, by=by, name="나중에 고침")
    used = Party.objects.get(code="X21")
    parties.edit(Party.objects.get(code="X22"), by=identity.system("x", source=run.source), parent=used)
    monkeypatch.setattr(reversal, "PIECE", 10)
    asked: list[int] = []

    def cut(model: Any, keys: Any, *, by: Actor) -> Any:
        asked.append(len(keys))
        if len(asked) == 2:
            raise KeyboardInterrupt
        return whole(model, keys, by=by)

    whole = trash.delete_many
    with monkeypatch.context() as killed:
        killed.setattr(trash, "delete_many", cut)
        runs.revert(run, by=by)
        with pytest.raises(KeyboardInterrupt):
            steps.step(run.pk)
    assert Party.objects.count() == 30
    worked(run)
    told = [(pk, [one["code"] for one in reasons]) for pk, reasons in of_runs.refused(run, "reverted")]
    assert told == [(kept.pk, ["touched_since"])]
    assert (run.state, list(Party.objects.all())) == ("reverted", [kept])
    assert Trash.objects.count() == 39


def test_a_file_of_which_nothing_was_taken_is_not_called_done(by: Actor) -> None:
    run = worked(gone(staged("parties", (HEAD + "X1,고객,글쎄\n").encode(), by), by))
    assert (run.state, run.done, run.refused) == ("refused", 0, 1)
    assert cells.tone(run.state) == "tone-bad"


def test_taking_a_whole_file_back_asks_first_and_says_what_goes(by: Actor) -> None:
    parties.create(by=by, code="X1", name="옛 이름")
    rows = "".join(f"X{n},고객{n},예\n" for n in range(1, 4))
    run = worked(gone(staged("parties", (HEAD + rows).encode(), by), by))
    assert of_runs.reach(run) == {"made": 2, "changed": 1}
    browser = Browser()
    browser.force_login(User.objects.get(username="kim"))
    asked = browser.post(f"/runs/{run.pk}/do/revert").content.decode()
    run.refresh_from_db()
    assert run.state == "done"
    assert "새로 등록된 2건이" in asked and "변경된 1건이" in asked
    browser.post(f"/runs/{run.pk}/do/revert", {"sure": "1"})
    worked(run)
    assert dict(Party.objects.values_list("code", "name")) == {"X1": "옛 이름"}


def test_what_keeps_one_keeps_no_other(by: Actor) -> None:
    rows = "".join(f"X{n:02},고객{n},예\n" for n in range(20))
    run = worked(gone(staged("parties", (HEAD + rows).encode(), by), by))
    used = Party.objects.get(code="X13")
    branch = parties.create(by=by, code="B1", name="지점", parent=used)
    runs.revert(run, by=by)
    worked(run)
    told = [(pk, [one["code"] for one in reasons]) for pk, reasons in of_runs.refused(run, "reverted")]
    assert told == [(used.pk, ["still_used"])]
    assert set(Party.objects.all()) == {used, branch} and run.done == 19


def test_many_changes_are_taken_back_together_though_the_worker_is_killed(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = "party code,party name,head office\n"
    before = "".join(f"X{n:02},고객{n},{'H1' if n == 13 else ''}\n" for n in range(30))
    worked(gone(staged("parties", (head + "H1,본사,\nH2,새본사,\n").encode(), by), by))
    worked(gone(staged("parties", (head + before).encode(), by), by))
    after = "".join(f"X{n:02},바뀜{n},H2\n" for n in range(30))
    run = worked(gone(staged("parties", (head + after).encode(), by), by))
    assert (run.done, Party.objects.filter(parent__code="H2").count()) == (30, 30)
    # One was worked on since; the head office to which another would return is a branch by now.
    touched, stuck = Party.objects.get(code="X21"), Party.objects.get(code="X13")
    parties.edit(touched, by=by, name="나중에 고침")
    parties.edit(Party.objects.get(code="H1"), by=by, parent=Party.objects.get(code="H2"))
    monkeypatch.setattr(reversal, "EDITS", 10)
    asked: list[int] = []

    def cut(rows: Any, *rest: Any, **more: Any) -> Any:
        asked.append(len(rows))
        if len(asked) == 2:
            raise KeyboardInterrupt
        return whole(rows, *rest, **more)

    whole = undo.undo_many
    with monkeypatch.context() as killed:
        killed.setattr(undo, "undo_many", cut)
        runs.revert(run, by=by)
        with pytest.raises(KeyboardInterrupt):
            steps.step(run.pk)
    assert Party.objects.filter(name__startswith="바뀜").count() == 19
    worked(run)
    told = {pk: [one["code"] for one in reasons] for pk, reasons in of_runs.refused(run, "reverted")}
    assert told == {touched.pk: ["touched_since"], stuck.pk: ["head_office_is_branch"]}
    assert (run.state, run.done) == ("reverted", 28)
    names = dict(Party.objects.filter(code__startswith="X").values_list("code", "name"))
    expected = {f"X{n:02}": f"고객{n}" for n in range(30)} | {"X13": "바뀜13", "X21": "나중에 고침"}
    assert names == expected
    assert Party.objects.filter(parent=None, code__startswith="X").count() == 28
    done = AuditRow.objects.filter(source=run.source, subject_kind="party.party")
    assert done.count() == 30 + 28  # each changed once and taken back once


def test_what_the_history_masks_or_leaves_out_goes_back_too(by: Actor) -> None:
    line = {"name": "김하늘", "phone": "010-1234-5678"}
    party = parties.create(by=by, code="A1", name="가나", phone="02-123-4567", contacts=[line])
    head = "party code,party name,phone,contacts.name,contacts.phone\n"
    run = worked(
        gone(staged("parties", (head + "A1,가나,02-999-0000,이바다,010-9999-0000\n").encode(), by), by)
    )
    assert (run.done, run.refused) == (1, 0)
    assert party.contacts.get().name == "이바다"
    told = str(run.chunks.get().applied)
    assert "kept" in told and "12345678" not in told and "김하늘" not in told
    runs.revert(run, by=by)
    worked(run)
    assert list(of_runs.refused(run, "reverted")) == []
    party.refresh_from_db()
    assert (party.phone, party.contacts.get().name) == ("+8221234567", "김하늘")
    assert party.contacts.get().phone == "+821012345678"
