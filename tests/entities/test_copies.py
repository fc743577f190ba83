"""What stands beside a record when a field of it becomes personal: the trash, and what was put to approval."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.db import IntegrityError, InternalError, transaction
from django.test import Client as Browser

from onmaru.kernel import calendars, identity, jobs, personal, sealed, trash
from onmaru.kernel.models import AccessLog, Grant, RetentionRule, Role, StoredFile, Trash, User
from onmaru.kernel.refusals import Refused
from onmaru.office.access.commands import retention
from onmaru.office.access.commands import settings as rules
from onmaru.office.approval.models import Approval
from onmaru.office.approval.tests import people
from onmaru.office.approval.tests.people import House
from onmaru.office.desk import commands as desk
from onmaru.office.shaping import commands
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import live
from onmaru.office.upkeep import jobs as upkeep
from tests.scratch import commands as scratch
from tests.scratch.models import Client, Deal

BY = identity.system("tester")
DAY = calendars.today()
PHONE, PASSPORT, CALL = "010-9876-5432", "M98761234", "02-7171-8888"
SECRETS = ("9876", "7171")
LATER = DAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def shape(db: None) -> Iterator[None]:
    yield
    live.forget()


def define(name: str, kind: str = "scratch.client") -> CustomField:
    made: CustomField = commands.fields.create(by=BY, kind=kind, type="text", label_ko=name, name=name)
    live.refresh()
    return made


def declare(field: CustomField, privacy: str = "personal") -> None:
    commands.fields.edit(field, by=BY, privacy=privacy)
    live.refresh()


def rule(kind: str, field: str, **values: Any) -> RetentionRule:
    said = {"keep_days": 0, "since": "created_at", "starts_on": DAY, "ground": "동의 철회", **values}
    if kind.startswith("scratch."):
        return RetentionRule.objects.create(kind=kind, field=field, **said)  # no kind that a form offers
    made: RetentionRule = rules.keep(by=BY, kind=kind, field=field, **said)
    return made


def leaks(text: str) -> list[str]:
    return [one for one in SECRETS if one in text]


def of_trash() -> str:
    return json.dumps(list(Trash.objects.values_list("rows", flat=True)))


def test_what_is_deleted_is_encrypted_and_destroyed_as_what_is_not() -> None:
    phone, passport = define("x_phone"), define("x_passport")
    made = scratch.create_client(
        by=BY, code="C1", name="한빛", custom={"x_phone": PHONE, "x_passport": PASSPORT}
    )
    kept = trash.deletion(Client)(made, by=BY)
    declare(phone)
    declare(passport, "identifier")
    upkeep.seal(passport.pk)
    assert PHONE in of_trash() and PASSPORT not in of_trash()
    rule("scratch.client", "x_phone")
    assert retention.destroy(by=BY, today=DAY - timedelta(days=1)) == 0 and PHONE in of_trash()
    assert retention.destroy(by=BY, today=LATER) == 1
    assert leaks(of_trash().replace("●●●●1234", "")) == []
    log = AccessLog.objects.get(deed="destroyed")
    assert (log.kind, log.subject_ids, log.fields, log.reason) == (
        "scratch.client",
        [made.pk],
        ["x_phone"],
        "동의 철회",
    )
    assert retention.destroy(by=BY, today=LATER) == 0, "what is gone is not destroyed again"
    back: Any = trash.restore(kept, by=BY)
    assert (back.name, back.custom.keys()) == ("한빛", {"x_passport"})
    assert personal.held(back, "x_passport").open() == PASSPORT


@pytest.fixture
def signed(house: House) -> Approval:
    """An order of which nobody said yet what is personal, approved, its paper kept."""
    for name, kind in (("x_phone", "scratch.deal"), ("x_call", "scratch.dealline")):
        define(name, kind)
    deal = house.deal()
    line = deal.lines.get()
    scratch.edit(deal, by=BY, custom={"x_phone": PHONE}, lines=[{"id": line.pk, "x_call": CALL}])
    house.line(house.seat("decide", "owner"))
    approval = house.draft(Deal.objects.get(pk=deal.pk))
    house.approve(approval, "owner")
    jobs.drain()
    approval.refresh_from_db()
    return approval


@pytest.fixture
def house(db: None) -> House:
    return people.build()


def browser(user: User) -> Browser:
    found = Browser()
    found.force_login(user)
    return found


def text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def declared() -> None:
    for field in CustomField.objects.all():
        declare(field)


@pytest.mark.usefixtures("built")
def test_a_signed_paper_is_kept_apart_and_leaves_the_house_for_a_reason(
    house: House, signed: Approval
) -> None:
    assert signed.paper is not None
    page, whole = browser(house.users["owner"]), bytes(signed.paper.content)
    paper, file = f"/approvals/{signed.pk}/print/paper.pdf", f"/talk/files/{signed.paper.pk}"
    assert page.get(paper).content == whole and leaks(text(whole)) == [*SECRETS]
    assert page.get(file).status_code == 200
    declared()
    shown = page.get(f"/approvals/{signed.pk}/").content.decode()
    address = f"/approval/draft/deals/{signed.subject_id}?previous={signed.pk}"
    again = browser(house.users["clerk"]).get(address).content.decode()
    assert leaks(shown) == leaks(again) == leaks(text(page.get(paper).content)) == []
    assert "010-●●●●-5432" in shown and "사본 (개인정보 가림)" in text(page.get(paper).content)
    assert page.get(file).status_code == 404
    original = f"/approval/paper/{signed.pk}"
    assert page.post(original, {"reason": " "}).status_code == 302 and not AccessLog.objects.exists()
    answer = page.post(original, {"reason": "세무 조사 제출"})
    assert answer.content == whole
    log = AccessLog.objects.get()
    assert (log.deed, log.kind, log.subject_ids, log.fields, log.whose, log.reason) == (
        "exported",
        "scratch.deal",
        [signed.subject_id],
        ["x_call", "x_phone"],
        str(signed),
        "세무 조사 제출",
    )
    reader = User.objects.create_user("reader")
    may = ["scratch.deal.view", "approval.approval.view"]
    role = Role.objects.create(code="r", name_ko="조회", name_en="read", permissions=may)
    Grant.objects.create(user=reader, role=role)
    assert "원본 내려받기" not in browser(reader).get(f"/approvals/{signed.pk}/").content.decode()
    with pytest.raises(Refused, match="not_permitted"):
        desk.open_paper(signed, reason="세무 조사 제출", by=identity.actor(reader))


@pytest.mark.usefixtures("built")
def test_its_content_is_masked_by_the_rule_of_the_field_and_the_paper_ends_by_its_own(
    house: House, signed: Approval
) -> None:
    declared()
    rule("scratch.deal", "x_phone")
    assert retention.destroy(by=BY, today=LATER) == 1
    signed.refresh_from_db()
    content = json.dumps(signed.content, ensure_ascii=False)
    assert PHONE not in content and sealed.MASK in content
    retention.clear(
        Deal.objects.get(pk=signed.subject_id).lines.get(),
        field="x_call",
        ground="동의 철회",
        by=BY,
        today=DAY,
    )
    signed.refresh_from_db()
    assert leaks(json.dumps(signed.content)) == [] and signed.paper is not None
    assert leaks(text(bytes(signed.paper.content))) == [*SECRETS], "evidence is not rewritten"
    page, shown = browser(house.users["owner"]), f"/approvals/{signed.pk}/"
    assert "파기할 날을 정한 보존 규칙이 아직 없습니다." in page.get(shown).content.decode()
    ten_years = rule("approval.approval", "paper", keep_days=3650, since="finished_at", ground="상법 제33조")
    over = DAY + timedelta(days=3650)
    assert f"{over}에 파기합니다" in page.get(shown).content.decode()
    assert retention.destroy(by=BY, today=LATER) == 0
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        StoredFile.objects.filter(pk=signed.paper.pk).delete()
    assert retention.destroy(by=BY, today=over) == 0, "nor by a clock that is wrong"
    RetentionRule.objects.filter(pk=ten_years.pk).update(keep_days=0)
    assert retention.destroy(by=BY, today=LATER) == 1
    assert Approval.objects.get(pk=signed.pk).paper_id is None and not StoredFile.objects.exists()
    assert AccessLog.objects.latest("pk").fields == ["paper"]
    assert leaks(text(page.get(f"/approvals/{signed.pk}/print/paper.pdf").content)) == []


def test_an_identifier_that_was_put_to_approval_is_encrypted_there(house: House) -> None:
    field = define("x_passport", "scratch.deal")
    deal = house.deal()
    scratch.edit(deal, by=BY, custom={"x_passport": PASSPORT})
    house.line(house.seat("decide", "owner"))
    approval = house.draft(Deal.objects.get(pk=deal.pk))
    declare(field, "identifier")
    upkeep.seal(field.pk)
    approval.refresh_from_db()
    assert PASSPORT not in json.dumps(approval.content)
    assert "●●●●1234" in browser(house.users["owner"]).get(f"/approvals/{approval.pk}/").content.decode()
    cells = [one for part in approval.content["sections"] for one in part["cells"]]
    assert next(one["text"] for one in cells if one["name"] == "x_passport").keys() == {"sealed"}


@pytest.mark.parametrize(
    ("path", "becomes", "is_let"),
    [
        (("text",), "●●●●", True),
        (("text",), {"sealed": "|t"}, True),
        (("text",), "다른 글", False),
        (("label",), "●●●●", False),
        (("more",), "●●●●", False),
    ],
)
def test_the_database_lets_a_content_be_covered_and_never_rewritten(
    house: House, path: tuple[str], becomes: Any, is_let: bool
) -> None:
    house.line(house.seat("decide", "owner"))
    approval = house.draft(house.deal())
    content = json.loads(json.dumps(approval.content))
    content["sections"][0]["cells"][0][path[0]] = becomes
    try:
        with transaction.atomic():
            Approval.objects.filter(pk=approval.pk).update(content=content)
            done = True
    except (IntegrityError, InternalError):
        done = False
    assert done == is_let
