"""Files in: read in the forms of Korean offices, mapped, mended, brought in, taken back."""

from __future__ import annotations

from onmaru.kernel.identity import Actor
from onmaru.masters.party.models import Party
from onmaru.office.batches import queries as of_runs
from onmaru.office.batches.commands import runs
from onmaru.office.imports.commands import staging
from onmaru.office.imports.tests.conftest import staged, worked
from tests.scratch.models import Client

HEAD = "party code,party name,is a customer\n"


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
