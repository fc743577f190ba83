"""What nothing points to may be deleted, and comes back as it was."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from onmaru.kernel import commands as base
from onmaru.kernel import identity, trash
from onmaru.kernel.models import AuditRow, LegalNumber, Trash
from onmaru.kernel.refusals import Refused
from tests.scratch import commands
from tests.scratch.models import Client, Deal, DealLine, Firm

BY = identity.system("test")


@pytest.fixture
def deal(db: Any) -> Deal:
    firm = commands.found(by=BY, code="KR", name="온마루")
    client = commands.create_client(by=BY, code="C1", name="한빛")
    line = {"item": "볼트", "quantity": Decimal("1.125"), "price": Decimal("12345678901234.5678")}
    return commands.create(
        by=BY, today=date(2026, 1, 2), company=firm, client=client, tags=["가", "나"], lines=[line]
    )


def held(deal: Deal) -> tuple[Any, Any]:
    return Deal.objects.filter(pk=deal.pk).values().get(), list(
        DealLine.objects.filter(deal=deal.pk).values()
    )


def test_a_record_goes_with_its_lines_and_comes_back_to_the_last_digit(deal: Deal) -> None:
    before = held(deal)
    kept = trash.deletion(Deal)(deal, by=BY)
    assert not Deal.objects.exists() and not DealLine.objects.exists()
    trash.restore(kept, by=BY)
    assert held(deal) == before
    assert not Trash.objects.exists()


def test_what_is_used_stays(deal: Deal) -> None:
    for model, record in ((Client, deal.client), (Firm, deal.company)):
        with pytest.raises(Refused, match="still_used"):
            trash.deletion(model)(record, by=BY)


def test_what_bears_a_legal_number_or_left_its_draft_stays(deal: Deal) -> None:
    LegalNumber.objects.create(
        company_id=1, series="D", year=2026, sequence=1, subject_kind="scratch.deal", subject_id=deal.pk
    )
    with pytest.raises(Refused, match="numbered"):
        trash.deletion(Deal)(deal, by=BY)
    commands.confirm(deal, by=BY)
    with pytest.raises(Refused, match="move_not_allowed"):
        trash.deletion(Deal)(deal, by=BY)


def test_what_was_kept_long_enough_is_forgotten(deal: Deal) -> None:
    kept = trash.deletion(Deal)(deal, by=BY)
    assert trash.empty() == 0
    Trash.objects.filter(pk=kept.pk).update(kept_until=timezone.now())
    assert trash.empty() == 1


def test_a_code_given_to_another_meanwhile_keeps_the_first_in_the_trash(deal: Deal) -> None:
    kept = trash.deletion(Deal)(deal, by=BY)
    commands.create(
        by=BY, today=date(2026, 1, 2), company=deal.company, client=deal.client, number=deal.number, lines=[]
    )
    with pytest.raises(Refused, match="not_unique"):
        trash.restore(kept, by=BY)
    assert Trash.objects.exists()


def as_stood(kept: Trash, **changes: Any) -> None:
    """Rows in the trash as an older edition of the house wrote them; None is a column that was not there yet."""
    for place, (table, row) in enumerate(kept.rows):
        told = json.loads(row, parse_float=str)
        known = {name: value for name, value in changes.items() if value is not None or name in told}
        told = {**told, **known} if place == 0 else told
        kept.rows[place] = [
            table,
            json.dumps({k: v for k, v in told.items() if changes.get(k, v) is not None}),
        ]
    kept.save(update_fields=["rows"])


def test_what_was_deleted_before_a_column_came_holds_its_default(deal: Deal) -> None:
    kept = trash.deletion(Deal)(deal, by=BY)
    # A text, a flag, a list, a number, an empty day, a time of the database's own, and the price of the line.
    as_stood(
        kept, way=None, urgent=None, tags=None, total=None, promised_on=None, created_at=None, price=None
    )
    trash.restore(kept, by=BY)
    back = Deal.objects.get(pk=deal.pk)
    assert (back.way, back.urgent, back.tags, back.total, back.promised_on) == ("shop", False, [], 0, None)
    assert back.created_at is not None and back.lines.get().price == 0
    assert (back.number, back.lines.get().quantity) == (deal.number, Decimal("1.125"))


def test_a_column_that_went_meanwhile_is_left_out(deal: Deal) -> None:
    before = held(deal)
    kept = trash.deletion(Deal)(deal, by=BY)
    as_stood(kept, colour="빨강", weight=12)
    kept.rows.append(["scratch_gone", '{"id": 1, "deal_id": 2}'])
    trash.restore(kept, by=BY)
    assert held(deal) == before


def test_a_column_without_a_default_keeps_the_row_in_the_trash(deal: Deal) -> None:
    kept = trash.deletion(Deal)(deal, by=BY)
    as_stood(kept, client_id=None)
    with pytest.raises(Refused, match="value_not_allowed"):
        trash.restore(kept, by=BY)
    assert Trash.objects.exists()


def test_many_go_together_or_none(deal: Deal) -> None:
    more = [commands.create_client(by=BY, code=f"M{n}", name=f"고객 {n}") for n in range(3)]
    keys = [one.pk for one in more]
    with pytest.raises(Refused, match="still_used"):
        trash.delete_many(Client, [*keys, deal.client_id], by=BY)
    with pytest.raises(Refused, match="not_permitted"):
        trash.delete_many(Client, keys, by=identity.only(BY, "scratch.client.view"))
    kept = trash.delete_many(Client, keys, by=BY)
    assert [one.record_id for one in kept] == keys and Client.objects.count() == 1
    told = AuditRow.objects.filter(command="scratch.client.delete").values_list("subject_id", flat=True)
    assert sorted(told) == keys
    trash.restore(kept[1], by=BY)
    assert Client.objects.get(code="M1").name == "고객 1"
    with pytest.raises(Refused, match="not_found"):
        trash.delete_many(Client, keys, by=BY)


def test_lines_of_many_stay_with_their_own_record(deal: Deal) -> None:
    line = {"item": "너트", "quantity": Decimal(2), "price": Decimal(1)}
    other = commands.create(
        by=BY, today=date(2026, 1, 2), company=deal.company, client=deal.client, lines=[line, line]
    )
    before = held(deal)
    first, second = trash.delete_many(Deal, [deal.pk, other.pk], by=BY)
    assert (len(first.rows), len(second.rows)) == (2, 3)
    trash.restore(first, by=BY)
    assert held(deal) == before and DealLine.objects.count() == 1


def test_many_ask_what_each_would_be_asked(deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard of a room above hears of every record what the database answers for it."""
    heard: list[tuple[int, Any]] = []

    def against(command: Any, subject: Any, by: Any, asked: Any, answer: Any) -> list[Any]:
        heard.append((subject.pk, answer))
        return []

    guard = base.Guard("concat_ws", against)
    monkeypatch.setattr(base, "guards", [guard])
    trash.delete_many(Deal, [deal.pk], by=BY)
    # The kind parts the key from the command: so PostgreSQL's own function puts together what it was asked.
    assert heard == [(deal.pk, f"{deal.pk}scratch.dealscratch.deal.delete")]
