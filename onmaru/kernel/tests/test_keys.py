"""The same request twice is done once; a dry run is not done at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from onmaru.kernel import identity, numbering, refusals, work
from onmaru.kernel.commands import Command, Preview
from onmaru.kernel.models import AuditRow, Counter, Event, IdempotencyKey, LegalNumber
from tests.proofs import at_once, refused, run_sql
from tests.scratch import commands as scratch
from tests.scratch.models import Client, Deal, Firm

BY = identity.system("auditor")


DAY = date(2026, 3, 10)


def verb(
    function: Callable[..., Any], *, move: tuple[Any, str] | None = None, subject: bool = True
) -> Command[Any]:
    """A command of this test alone: declared nowhere, so no menu and no API ever sees it."""
    states = frozenset(move[0]) if move else None
    name = f"scratch.deal.{function.__name__}"
    model = Deal if subject else None
    return Command(function, name, name, "…", model, states, move[1] if move else None)


def firm(code: str = "F") -> Firm:
    return scratch.found(by=BY, code=code, name="상회")


def deal(number: str = "D-1", **values: Any) -> Deal:
    rows = [{"item": "bolt", "quantity": Decimal(2), "price": Decimal(5)}]
    named: dict[str, Any] = {
        "company": values.pop("company", None) or firm(f"F{number}"),
        "number": number,
        "lines": rows,
    }
    client = scratch.create_client(by=BY, code=f"C{number}", name="한빛")
    return scratch.create(by=BY, today=DAY, client=client, **named | values)


def numbered(*, by: identity.Actor, number: str, company: Firm, client: Client, year: int = 2026) -> Deal:
    made = Deal.objects.create(number=number, company=company, client=client, ordered_on=DAY)
    work.required().claims.append(numbering.Claim(made, company.pk, "SC", year))
    work.audit("scratch.deal.numbered", made, {})
    return made


create_numbered = verb(numbered, subject=False)


@pytest.mark.django_db
def test_the_same_request_twice_is_done_once_and_answered_twice() -> None:
    made = deal()
    first = scratch.edit(made, by=BY, note="one", idempotency_key="k")
    scratch.edit(made, by=BY, note="two")
    again = scratch.edit(made, by=BY, note="one", idempotency_key="k")
    assert (first.pk, again.note) == (again.pk, "two")
    assert AuditRow.objects.filter(command="scratch.deal.edit").count() == 2


@pytest.mark.django_db
def test_a_key_belongs_to_one_request_of_one_person() -> None:
    made = deal()
    scratch.edit(made, by=BY, note="one", idempotency_key="k")
    for note, by in (("two", BY), ("one", replace(BY, user_id=1))):
        with refused(refusals.KEY_REUSED):
            scratch.edit(made, by=by, idempotency_key="k", note=note)
    with refused(refusals.KEY_REUSED):
        scratch.cancel(made, by=BY, reason="one", idempotency_key="k")


@pytest.mark.django_db
def test_a_request_repeated_after_midnight_is_still_the_same_request() -> None:
    client = scratch.create_client(by=BY, code="C", name="한빛")
    asked: dict[str, Any] = {
        "by": BY,
        "company": firm(),
        "client": client,
        "number": "D-9",
        "idempotency_key": "k",
    }
    first = scratch.create(today=date(2026, 3, 31), **asked)
    assert scratch.create(today=date(2026, 4, 1), **asked) == first


@pytest.mark.django_db
def test_a_refused_request_leaves_its_key_free() -> None:
    made = deal()
    with refused(refusals.CHANGED_MEANWHILE):
        scratch.edit(made, by=BY, note="one", expected_version=9, idempotency_key="k")
    assert not IdempotencyKey.objects.exists()
    assert scratch.edit(made, by=BY, note="one", idempotency_key="k").note == "one"


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [None, [1, 2]])
def test_a_key_holds_for_a_command_whose_answer_is_no_record(answer: Any) -> None:
    done = []

    def load(*, by: identity.Actor) -> Any:
        done.append(by)
        return answer

    load_all = verb(load, subject=False)
    load_all(by=BY, idempotency_key="k")
    load_all(by=BY, idempotency_key="k")
    assert len(done) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_twins_one_does_it_and_both_are_answered_the_same() -> None:
    made = deal()
    body = threading.Event()

    def slow(deal: Deal, *, by: identity.Actor, note: str) -> Deal:
        body.wait(0.3)
        deal.note = note
        return deal

    annotate = verb(slow)
    answers = at_once(*[lambda: annotate(made, by=BY, note="x", idempotency_key="twin")] * 3)
    assert [one.pk for one in answers] == [made.pk] * 3
    assert AuditRow.objects.filter(command="scratch.deal.slow").count() == 1
    assert Deal.objects.get(pk=made.pk).version == 2


@pytest.mark.django_db(transaction=True)
def test_a_twin_takes_over_when_the_first_fails() -> None:
    client, company = scratch.create_client(by=BY, code="C", name="한빛"), firm()
    failures = [RuntimeError("power cut")]
    entered = threading.Event()

    def fragile(*, by: identity.Actor) -> Deal:
        entered.set()
        if failures:
            error = failures.pop()
            entered.wait(0.2)
            raise error
        return Deal.objects.create(number="D", company=company, client=client, ordered_on=DAY)

    make = verb(fragile, subject=False)
    answers = at_once(*[lambda: make(by=BY, idempotency_key="k")] * 2)
    assert sorted(type(one).__name__ for one in answers) == ["Deal", "RuntimeError"]
    assert Deal.objects.count() == 1


@pytest.mark.django_db
def test_a_dry_run_shows_the_effects_and_writes_nothing() -> None:
    made = deal()
    before = {
        model: model._default_manager.count() for model in (AuditRow, Event, IdempotencyKey, LegalNumber)
    }
    preview = scratch.confirm(made, by=BY, dry_run=True, idempotency_key="k")
    assert isinstance(preview, Preview)
    assert preview.result.state == "confirmed"
    assert list(preview.effects) == [{"kind": "confirmation", "deal": "D-1", "total": Decimal("10.00")}]
    assert Deal.objects.get(pk=made.pk).state == "draft"
    assert {model: model._default_manager.count() for model in before} == before
    with refused(scratch.NOTHING_TO_CONFIRM):
        scratch.confirm(deal("D-2", lines=[]), by=BY, dry_run=True)


@pytest.mark.django_db
def test_a_dry_run_takes_no_number() -> None:
    client, company = scratch.create_client(by=BY, code="C", name="한빛"), firm()
    create_numbered(by=BY, number="x", company=company, client=client, dry_run=True)
    assert not Counter.objects.exists() and not Deal.objects.exists()
    assert create_numbered(by=BY, number="x", company=company, client=client).number == "SC-2026-000001"


@pytest.mark.django_db
def test_a_dry_run_is_refused_where_the_commit_would_be() -> None:
    made = deal()

    def orphan(deal: Deal, *, by: identity.Actor) -> Deal:
        run_sql("UPDATE scratch_deal SET client_id = 999999 WHERE id = %s", deal.pk)
        return deal

    with refused(refusals.STILL_USED):
        verb(orphan)(made, by=BY, dry_run=True)


@pytest.mark.django_db
def test_an_inner_command_cannot_be_tried_or_keyed_by_itself() -> None:
    made = deal()

    def outer(deal: Deal, *, by: identity.Actor, how: str) -> Deal:
        asked: dict[str, Any] = {"dry_run": True} if how == "try" else {"idempotency_key": "inner"}
        scratch.confirm(deal, by=by, **asked)
        return deal

    for how in ("try", "key"):
        with pytest.raises(RuntimeError):
            verb(outer)(made, by=BY, how=how)
    assert Deal.objects.get(pk=made.pk).state == "draft"
