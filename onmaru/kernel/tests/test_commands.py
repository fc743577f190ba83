"""What every command has, whoever wrote it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from onmaru.kernel import identity, numbering, races, refusals, work
from onmaru.kernel.commands import Command
from onmaru.kernel.models import AuditRow
from onmaru.kernel.refusals import Refused
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
def test_what_changed_is_written_once_and_audited_from_old_to_new() -> None:
    made = deal()
    clerk = replace(BY, user_id=7, name="김하나", source="api", address="203.0.113.9")
    returned = scratch.edit(made, by=clerk, note="급함", pieces=3)
    assert (returned.version, returned.note, returned.pieces) == (2, "급함", 3)
    row = AuditRow.objects.filter(command="scratch.deal.edit").get()
    assert row.changes["note"] == ["", "급함"] and row.changes["pieces"] == [None, 3]
    assert "version" not in row.changes and "changed_at" not in row.changes
    assert (row.by_id, row.by_name, row.source, row.address) == (7, "김하나", "api", "203.0.113.9")
    assert (row.subject_kind, row.subject_id, row.company_id) == ("scratch.deal", made.pk, made.company_id)
    stored = Deal.objects.get(pk=made.pk)
    assert stored.changed_at >= made.changed_at and stored.version == 2


@pytest.mark.django_db
def test_a_command_that_changes_nothing_leaves_the_version_and_still_says_that_it_happened() -> None:
    made = deal()
    assert scratch.edit(made, by=BY, note="").version == 1
    assert AuditRow.objects.filter(command="scratch.deal.edit", subject_id=made.pk).count() == 1


@pytest.mark.django_db
def test_the_state_moves_after_the_body_and_only_from_where_it_may() -> None:
    made = deal()
    assert scratch.confirm(made, by=BY).state == "confirmed"
    with refused(refusals.MOVE_NOT_ALLOWED):
        scratch.confirm(made, by=BY)
    assert AuditRow.objects.filter(command="scratch.deal.confirm").get().changes["state"] == [
        "draft",
        "confirmed",
    ]


@pytest.mark.django_db
def test_all_that_stands_against_a_subject_is_said_at_once_and_permission_before_it() -> None:
    made = deal()
    scratch.confirm(made, by=BY)
    with refused(refusals.CHANGED_MEANWHILE, refusals.MOVE_NOT_ALLOWED):
        scratch.confirm(made, by=BY, expected_version=1)
    with refused(refusals.NOT_PERMITTED):
        scratch.confirm(made, by=identity.only(BY, "scratch.deal.cancel"), expected_version=1)
    stranger = replace(identity.only(BY), companies=frozenset({made.company_id + 1}))
    with refused(refusals.NOT_FOUND):
        scratch.confirm(made, by=stranger)
    with refused(refusals.NOT_FOUND):
        scratch.confirm(made.pk + 1000, by=BY)


@pytest.mark.django_db
def test_another_companys_record_is_not_found_when_it_is_created_either() -> None:
    own, other = firm("A"), firm("B")
    client = scratch.create_client(by=BY, code="C", name="한빛")
    stranger = replace(BY, companies=frozenset({own.pk}))
    with refused(refusals.NOT_FOUND):
        scratch.create(by=stranger, today=DAY, company=other, client=client)


@pytest.mark.django_db
def test_the_subject_is_read_anew_under_its_lock_never_trusted_as_given() -> None:
    made = deal()
    made.note, made.state = "forged", "confirmed"
    assert scratch.cancel(made, by=BY, reason="mistake").state == "cancelled"
    assert AuditRow.objects.get(command="scratch.deal.cancel").changes["note"] == ["", "mistake"]


@pytest.mark.django_db
def test_a_version_that_is_behind_is_refused() -> None:
    made = deal()
    scratch.edit(made, by=BY, note="one", expected_version=1)
    with refused(refusals.CHANGED_MEANWHILE):
        scratch.edit(made, by=BY, note="two", expected_version=1)
    assert scratch.edit(made, by=BY, note="two", expected_version=2).version == 3


@pytest.mark.django_db
def test_a_command_within_a_command_is_one_work_with_its_own_audit() -> None:
    made = deal()

    def both(deal: Deal, *, by: identity.Actor) -> Deal:
        scratch.confirm(deal, by=by)
        work.effect("after", dict)
        deal.refresh_from_db()
        deal.note = "outer"
        return deal

    outer = verb(both)
    outer(made, by=BY)
    rows = AuditRow.objects.order_by("id").filter(subject_id=made.pk, subject_kind="scratch.deal")
    assert [row.command for row in rows][-2:] == ["scratch.deal.confirm", "scratch.deal.both"]
    stored = Deal.objects.get(pk=made.pk)
    assert (stored.state, stored.note) == ("confirmed", "outer")


@pytest.mark.django_db
def test_an_inner_refusal_undoes_the_outer_work_too() -> None:
    made = deal()

    def half(deal: Deal, *, by: identity.Actor) -> Deal:
        Client.objects.create(code="half", name="half")
        scratch.confirm(deal, by=by)
        return deal

    scratch.confirm(made, by=BY)
    with refused(refusals.MOVE_NOT_ALLOWED):
        verb(half)(made, by=BY)
    assert not Client.objects.filter(code="half").exists()
    assert work.current() is None


@pytest.mark.django_db
def test_what_the_database_refuses_is_a_refusal_too() -> None:
    made = deal()
    with refused(refusals.VALUE_NOT_ALLOWED):
        verb(lambda deal, *, by: run_sql("UPDATE scratch_deal SET version = -1"))(made, by=BY)
    with refused(refusals.NOT_UNIQUE):
        verb(
            lambda deal, *, by: run_sql("INSERT INTO scratch_firm (code, name, zone) VALUES ('FD-1', '', '')")
        )(made, by=BY)
    with refused(refusals.STILL_USED):
        verb(lambda deal, *, by: made.client.delete())(made, by=BY)


@pytest.mark.django_db
def test_nothing_is_written_outside_of_a_command() -> None:
    with pytest.raises(RuntimeError):
        work.required()
    with pytest.raises(RuntimeError):
        work.effect("anything", dict)


def crossing(first: int, second: int, meeting: threading.Barrier) -> Callable[[], Any]:
    """A command that locks two rows in the order given, once the other holds its first."""
    tries = []

    def cross(*, by: identity.Actor) -> int:
        tries.append(1)
        run_sql("UPDATE scratch_client SET name = name || 'x' WHERE id = %s", first)
        if len(tries) == 1:
            meeting.wait()
        run_sql("UPDATE scratch_client SET name = name || 'x' WHERE id = %s", second)
        return len(tries)

    return lambda: verb(cross, subject=False)(by=BY)


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_tried_again_and_nobody_sees_it() -> None:
    one, two = (Client.objects.create(code=code) for code in "ab")
    meeting = threading.Barrier(2)
    tries = at_once(crossing(one.pk, two.pk, meeting), crossing(two.pk, one.pk, meeting))
    assert sorted(tries) == [1, 2]
    assert set(Client.objects.values_list("name", flat=True)) == {"xx"}


@pytest.mark.django_db
def test_a_deadlock_inside_a_larger_transaction_is_left_to_its_owner() -> None:
    tries = []

    def lose(*, by: identity.Actor) -> None:
        tries.append(1)
        run_sql("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$")

    with pytest.raises(Exception, match="x"), transaction.atomic():
        verb(lose, subject=False)(by=BY)
    assert len(tries) == 1


@pytest.mark.django_db(transaction=True)
def test_after_eight_lost_races_the_error_is_shown() -> None:
    tries = []

    def lose(*, by: identity.Actor) -> None:
        tries.append(1)
        run_sql("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$")

    with pytest.raises(Exception, match="x"):
        verb(lose, subject=False)(by=BY)
    assert len(tries) == races.TRIES
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_two_people_changing_one_record_wait_for_each_other() -> None:
    made = deal()

    def add(deal: Deal, *, by: identity.Actor) -> Deal:
        seen = deal.pieces or 0
        threading.Event().wait(0.05)
        deal.pieces = seen + 1
        return deal

    answers = at_once(*[lambda: verb(add)(made, by=BY)] * 4)
    assert not [one for one in answers if isinstance(one, Exception)]
    stored = Deal.objects.get(pk=made.pk)
    assert (stored.pieces, stored.version) == (4, 5)


@pytest.mark.django_db(transaction=True)
def test_of_two_confirming_at_once_one_is_told_so() -> None:
    made = deal()
    answers = at_once(*[lambda: scratch.confirm(made, by=BY)] * 2)
    errors = [one for one in answers if isinstance(one, Refused)]
    assert [error.codes for error in errors] == [["move_not_allowed"]]
    assert AuditRow.objects.filter(command="scratch.deal.confirm").count() == 1
