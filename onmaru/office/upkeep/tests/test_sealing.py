"""What is declared an identifier is encrypted where it stands, and opened again when it no longer is one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from onmaru.kernel import custom, identity, sealed
from onmaru.kernel.models import AuditRow
from onmaru.office.shaping import commands as shaping
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import live
from onmaru.office.snapshots import queries as snapshots
from onmaru.office.upkeep import commands, jobs
from onmaru.workbench import listing, registry
from tests.proofs import at_once
from tests.scratch import commands as scratch
from tests.scratch.models import Client

BY = identity.system("tester")
PASSPORT = "M12345678"


def kept() -> list[str]:
    """What the column holds, as anybody with the database file reads it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT custom::text FROM scratch_client ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def seen() -> list[Any]:
    live.refresh()
    entity = registry.get("clients")
    assert entity is not None
    return [row.cells[-1].text for row in listing.page(registry.now(entity), BY, {"sort": "code"}).rows]


def held(count: int) -> CustomField:
    field: CustomField = shaping.fields.create(
        by=BY, kind="scratch.client", type="text", label_ko="여권", name="x_passport"
    )
    for place in range(count):
        made = scratch.create_client(by=BY, code=f"C{place}", name="가")
        scratch.edit_client(made, by=BY, custom={"x_passport": f"M1234567{place}"})
    return field


@pytest.mark.parametrize(
    ("becomes", "is_let"),
    [
        ({"x_a": [None, "●●●●"], "note": ["가", "나"]}, True),
        ({"x_a": [None, {"sealed": "|t"}], "note": ["가", "나"]}, True),
        ({"x_a": [None, "M999"], "note": ["가", "나"]}, False),
        ({"x_a": ["●●●●", "M1"], "note": ["가", "나"]}, False),
        ({"x_a": [None, {"sealed": "|t", "more": 1}], "note": ["가", "나"]}, False),
        ({"x_a": [None], "note": ["가", "나"]}, False),
        ({"note": ["가", "나"]}, False),
        ({"x_a": [None, "M1"], "note": ["가", "나"], "new": ["가", "●"]}, False),
    ],
)
def test_the_database_lets_a_history_be_covered_and_never_rewritten(
    db: None, becomes: dict[str, Any], is_let: bool
) -> None:
    row = AuditRow.objects.create(
        command="c",
        by_name="가",
        source="t",
        subject_kind="k",
        subject_id=1,
        changes={"x_a": [None, "M1"], "note": ["가", "나"]},
    )
    for asked in ({"changes": becomes, "by_name": "나"}, {"changes": becomes}):
        try:
            with transaction.atomic():
                AuditRow.objects.filter(pk=row.pk).update(**asked)
                done = True
        except IntegrityError:
            done = False
        assert done == (is_let and "by_name" not in asked)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditRow.objects.filter(pk=row.pk).delete()


def test_what_stood_before_is_encrypted_and_opened_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "BATCH", 2)
    field, numbers = held(5), [f"M1234567{place}" for place in range(5)]
    assert seen() == numbers
    shaping.fields.edit(field, by=BY, privacy="identifier")
    masks = [f"●●●●567{place}" for place in range(5)]
    assert seen() == masks, "masked before the first is encrypted"
    version = Client.objects.values_list("version", flat=True)
    before = list(version)
    commands.seal(field.pk)
    assert seen() == masks and sum("sealed" in one for one in kept()) == 2, "and while some are"
    first = Client.objects.earliest("pk")
    digest = snapshots.digest(first)
    jobs.seal(field.pk)
    assert snapshots.digest(Client.objects.earliest("pk")) == digest, "what waits for approval is the same"
    assert not any("M1234" in one for one in kept())
    told = AuditRow.objects.filter(changes__has_key="x_passport").earliest("pk").changes["x_passport"]
    assert told[0] is None and custom.plain(told[1]).open() == "M12345670", "histories are encrypted too"
    assert (seen(), list(version)) == (masks, before)
    made = scratch.create_client(by=BY, code="D", name="나", custom={"x_passport": PASSPORT})
    assert PASSPORT not in "".join(kept())
    shaping.fields.edit(field, by=BY, privacy="")
    scratch.edit_client(made, by=BY, custom={"x_passport": "●●●●5678"})  # a form that was not touched
    jobs.seal(field.pk)
    assert seen() == [*numbers, PASSPORT]


def test_a_number_whose_key_is_gone_stays_closed(db: None, settings: Any) -> None:
    field = held(1)
    shaping.fields.edit(field, by=BY, privacy="identifier")
    jobs.seal(field.pk)
    settings.SECRET_KEY = "another"
    sealed._keys.cache_clear()
    try:
        shaping.fields.edit(field, by=BY, privacy="")
        jobs.seal(field.pk)
        assert "sealed" in kept()[0] and seen() == ["●●●●5670"]
    finally:
        sealed._keys.cache_clear()


@pytest.mark.django_db(transaction=True)
def test_whoever_declares_and_writes_at_once_leaves_all_as_the_field_says_at_the_end() -> None:
    field = held(4)
    first = Client.objects.order_by("pk").first()
    assert first is not None

    def turn() -> None:
        for privacy in ("identifier", "", "identifier"):
            shaping.fields.edit(field, by=BY, privacy=privacy)
            jobs.seal(field.pk)

    def write() -> None:
        for place in range(9):
            scratch.edit_client(first, by=BY, custom={"x_passport": f"M7654321{place}"})

    assert at_once(turn, write, lambda: jobs.seal(field.pk)) == [None, None, None]
    jobs.seal(field.pk)
    assert not any("M1234" in one or "M7654" in one for one in kept())
    first.refresh_from_db()
    assert custom.value(first, "x_passport").open() == "M76543218"
