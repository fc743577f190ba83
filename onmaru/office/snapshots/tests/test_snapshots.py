"""What of a record is kept, when its digest is another, and what is told of two versions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from onmaru.kernel import calendars, identity
from onmaru.office.snapshots import queries, rules
from tests.scratch import commands
from tests.scratch.models import Client, Deal, Firm

BY = identity.system("tester")


def deal(price: int) -> Deal:
    firm = Firm.objects.create(code="F1", name="마루")
    client = Client.objects.create(code="C1", name="한강", search_text="한강")
    rows = [{"item": "헬멧", "quantity": Decimal(2), "price": Decimal(price)}]
    given: dict[str, Any] = {"company": firm, "client": client, "number": "D-1", "lines": rows}
    return commands.create(by=BY, today=calendars.today(), **given)


@pytest.mark.django_db
def test_a_digest_is_of_the_record_its_lines_and_the_command() -> None:
    made = Deal.objects.get(pk=deal(1000).pk)
    before = queries.digest(made)
    assert queries.digest(Deal.objects.get(pk=made.pk)) == before
    assert queries.digest(made, commands.cancel.name, {"reason": "변심"}) != before
    made.lines.update(price=Decimal(1001))
    assert queries.digest(Deal.objects.get(pk=made.pk)) != before


@pytest.mark.django_db
def test_what_changed_is_told_cell_by_cell_and_lines_by_their_place() -> None:
    made = deal(1000)
    old = queries.of(made)
    commands.edit(
        made, by=BY, note="급함", lines=[{"item": "안장", "quantity": Decimal(2), "price": Decimal(1000)}]
    )
    found = rules.compare(old, queries.of(made))
    assert ("", "급함") in [(one.old, one.new) for one in found]
    assert ("헬멧", "안장") in [(one.old, one.new) for one in found]
    assert rules.compare(old, old) == []


def test_what_is_hidden_from_a_reader_is_left_out() -> None:
    cells = [{"name": "client.name", "text": "한강"}, {"name": "note", "text": "급함"}]
    kept = rules.unseen({"sections": [{"label": "", "cells": cells}], "grids": []}, {"client"})
    assert [one["name"] for part in kept["sections"] for one in part["cells"]] == ["note"]
