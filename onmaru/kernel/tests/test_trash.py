"""What nothing points to may be deleted, and comes back as it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from onmaru.kernel import identity, trash
from onmaru.kernel.models import LegalNumber, Trash
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
