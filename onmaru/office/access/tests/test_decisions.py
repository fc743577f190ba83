"""One place decides: rules by role, fields, duties, masks, tokens, limits and passwords."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onmaru.kernel import calendars, dated, duties, identity, limits, permissions, personal, tokens
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AccessLog, AuditRow, DatedSetting, Grant, RecordRule, Role, Token, User
from onmaru.kernel.refusals import NOT_FOUND, NOT_PERMITTED
from onmaru.masters.party import commands as party
from onmaru.masters.party.models import Contact
from onmaru.office.access.commands import passwords
from tests.proofs import refused, run_sql
from tests.scratch import commands as scratch
from tests.scratch.models import Deal, Firm

BY = identity.system("tester")
DAY = date(2026, 11, 27)
KIND = "scratch.deal"


def person(name: str = "park", team: str = "") -> User:
    return User.objects.create_user(name, full_name=name, team=team)


def give(user: User, *may: str, company: int | None = None, **rule: Any) -> Role:
    role = Role.objects.create(
        code=f"r{Role.objects.count()}", name_ko="역할", name_en="role", permissions=list(may)
    )
    Grant.objects.create(user=user, role=role, company_id=company)
    if rule:
        RecordRule.objects.create(role=role, kind=rule.pop("kind", KIND), **rule)
    return role


def deal(number: str, way: str = "shop", company: Firm | None = None, **values: Any) -> Deal:
    firm = company or Firm.objects.create(code=f"F{number}", name="상회")
    client = scratch.create_client(by=BY, code=f"C{number}", name="한빛")
    rows = [{"item": "볼트", "quantity": 1, "price": 2}]
    made: Deal = scratch.create(
        by=BY, today=DAY, company=firm, client=client, number=number, way=way, lines=rows, **values
    )
    return made


def token(user: User, secret: str, *roles: int) -> Token:
    digest = tokens.digest(secret)
    return Token.objects.create(user=user, name="shop", digest=digest, role_ids=[*roles], expires_on=DAY)


def seen(by: Actor) -> set[str]:
    return set(permissions.visible(Deal.objects.all(), by).values_list("number", flat=True))


@pytest.mark.django_db
def test_a_rule_narrows_its_role_and_several_roles_add_up() -> None:
    for number, way in (("A", "shop"), ("B", "web")):
        deal(number, way)
    user = person()
    give(user, "scratch.deal.*", reads="values", field="way", values=["shop"])
    assert seen(identity.actor(user)) == {"A"}
    give(user, "scratch.client.view")
    assert seen(identity.actor(user)) == {"A"}
    give(user, "scratch.deal.view")
    assert seen(identity.actor(user)) == {"A", "B"}


@pytest.mark.django_db
def test_a_role_counts_in_its_own_companies_only() -> None:
    one, other = deal("A"), deal("B")
    user = person()
    give(user, "scratch.deal.view", company=one.company_id)
    give(user, "scratch.client.*", company=other.company_id)
    assert seen(identity.actor(user)) == {"A"}
    give(user, "scratch.deal.edit", company=other.company_id)
    with refused(permissions.NOT_YOURS):
        scratch.edit(one, by=identity.actor(user), note="x")


@pytest.mark.django_db
def test_mine_and_my_teams_follow_the_field_that_points_to_a_person() -> None:
    me, mate, other = person("me", "north"), person("mate", "north"), person("other", "south")
    kept = {
        user: Token.objects.create(user=user, name="t", digest=user.username, role_ids=[1], expires_on=DAY)
        for user in (me, mate, other)
    }
    permission = "kernel.token.view"
    give(me, permission, kind="kernel.token", reads="mine", owner="user")
    assert set(permissions.visible(Token.objects.all(), identity.actor(me))) == {kept[me]}
    RecordRule.objects.update(reads="team")
    assert set(permissions.visible(Token.objects.all(), identity.actor(me))) == {kept[me], kept[mate]}


@pytest.mark.django_db
def test_reading_and_writing_are_narrowed_apart() -> None:
    mine, others = deal("A", "shop"), deal("B", "web")
    user = person()
    give(user, "scratch.*", writes="values", field="way", values=["shop"])
    by = identity.actor(user)
    assert seen(by) == {"A", "B"}
    scratch.edit(mine, by=by, note="mine")
    with refused(permissions.NOT_YOURS):
        scratch.edit(others, by=by, note="not mine")
    with refused(permissions.NOT_YOURS):
        scratch.create(by=by, today=DAY, company=mine.company, client=mine.client, number="C", way="web")
    RecordRule.objects.update(reads="values")
    with refused(NOT_FOUND):
        scratch.edit(others, by=identity.actor(user), note="not even seen")


@pytest.mark.django_db
def test_who_acts_is_known_after_two_queries_and_a_rule_costs_none_by_the_row() -> None:
    made = deal("A")
    user = person()
    give(user, "scratch.*", reads="values", field="way", values=["shop"])
    with CaptureQueriesContext(connection) as asked:
        by = identity.actor(user)
    assert len(asked) == 2
    may = permissions.may_do(made, by)
    with CaptureQueriesContext(connection) as asked:
        assert all(may(one) for one in ("scratch.deal.edit", "scratch.deal.confirm", "scratch.deal.cancel"))
    assert len(asked) == 1


@pytest.mark.django_db
def test_a_field_is_withheld_unless_a_role_gives_it() -> None:
    made = deal("A")
    user = person()
    give(user, "scratch.*", hidden=["total"], fixed=["note"])
    by = identity.actor(user)
    assert by.hidden == {(KIND, "total")}
    with refused(permissions.FIELD_NOT_YOURS):
        scratch.edit(made, by=by, note="not mine to say")
    give(user, "scratch.deal.view")
    assert not identity.actor(user).hidden


@pytest.mark.django_db
def test_a_cell_of_a_line_is_withheld_too() -> None:
    made = deal("A")
    line = made.lines.get()
    user = person()
    give(user, "scratch.*", kind="scratch.dealline", fixed=["price"])
    by = identity.actor(user)
    with refused(permissions.FIELD_NOT_YOURS):
        scratch.edit(made, by=by, lines=[{"id": line.pk, "price": 9}])
    scratch.edit(made, by=by, lines=[{"id": line.pk, "quantity": 9}])
    line.refresh_from_db()
    assert (line.quantity, line.price) == (9, 2)


def apart() -> Command[Any]:
    def approve(deal: Deal, *, by: Actor) -> Deal:
        deal.note = "approved"
        return deal

    name = "scratch.deal.approve"
    return Command(approve, name, name, "승인", Deal, apart_from=("create", "edit"))


@pytest.mark.django_db
def test_who_drafted_does_not_approve_unless_the_company_said_so() -> None:
    made = deal("A")
    kim, lee = (replace(BY, user_id=person(name).pk) for name in ("kim", "lee"))
    scratch.edit(made, by=kim, note="draft")
    with refused(duties.SAME_PERSON):
        apart()(made, by=kim)
    apart()(made, by=lee)
    setting = {"code": duties.setting("scratch.deal.approve"), "value": "off", "reason": "1인 지점"}
    today, company = calendars.today(made), made.company_id
    DatedSetting.objects.create(**setting, company_id=company, starts_on=today + timedelta(days=1))
    with refused(duties.SAME_PERSON):
        apart()(made, by=kim)
    DatedSetting.objects.create(**setting, company_id=company, starts_on=today)
    apart()(made, by=kim)


@pytest.mark.django_db
def test_a_companys_own_setting_goes_before_the_one_for_all() -> None:
    DatedSetting.objects.create(code="password.days", value="60", starts_on=DAY, reason="")
    DatedSetting.objects.create(code="password.days", value="30", starts_on=DAY, company_id=7, reason="")
    asked = [(DAY - timedelta(1), 7), (DAY, 7), (DAY, 8)]
    found = [dated.value("password.days", "90", on=day, company_id=company) for day, company in asked]
    assert found == ["90", "30", "60"]


@pytest.mark.parametrize(
    ("whole", "masked"),
    [
        ("010-1234-5678", "010-●●●●-5678"),
        ("+821012345678", "+821●●●●●5678"),
        ("kim.haneul@naver.com", "ki●●●@naver.com"),
        ("홍길동", "홍●●"),
        ("7", "7●"),
    ],
)
def test_a_mask_leaves_enough_to_recognise(whole: str, masked: str) -> None:
    assert personal.mask(whole) == masked


def contact() -> Contact:
    firm = party.parties.create(
        by=BY,
        name="한강자전거",
        country="KR",
        phone="02-123-4567",
        contacts=[{"name": "김민수", "phone": "010-1234-5678"}],
    )
    found: Contact = firm.contacts.get()
    return found


@pytest.mark.django_db
def test_a_persons_number_is_masked_and_its_mask_brought_back_changes_nothing() -> None:
    found = contact()
    firm = found.party
    assert personal.shown(found, "phone") == "+821●●●●●5678"
    assert personal.shown(firm, "phone") == firm.phone  # an organisation's
    rows = [{"id": found.pk, "name": "김민수", "phone": "+821●●●●●5678", "title": "과장"}]
    party.parties.edit(firm, by=BY, contacts=rows)
    found.refresh_from_db()
    assert (found.phone, found.title) == ("+821012345678", "과장")
    with refused(personal.STILL_MASKED):
        party.parties.edit(firm, by=BY, contacts=[rows[0] | {"phone": "010-●●●●-0000"}])


@pytest.mark.django_db
def test_the_history_keeps_masks_only() -> None:
    someone = party.parties.create(by=BY, name="홍길동", kind="person", country="KR", phone="010-1234-5678")
    party.parties.edit(someone, by=BY, phone="010-8765-4321")
    kept = str(list(AuditRow.objects.filter(subject_kind="party.party").values_list("changes", flat=True)))
    assert "4321" in kept and "87654321" not in kept and "8765-4321" not in kept


@pytest.mark.django_db
def test_opening_a_mask_is_written_down_for_good() -> None:
    found = contact()
    by = replace(identity.only(BY, "party.contact.reveal"), user_id=7, name="박솔", address="203.0.113.9")
    assert personal.reveal(found, "phone", by=by) == "+821012345678"
    row = AccessLog.objects.get()
    assert (row.by_id, row.by_name, row.address) == (7, "박솔", "203.0.113.9")
    assert (row.kind, row.subject_ids, row.fields) == ("party.contact", [found.pk], ["phone"])
    assert row.whose == "김민수 (한강자전거)"
    with refused(NOT_PERMITTED):
        personal.reveal(found, "phone", by=identity.only(BY))
    with refused(personal.NOTHING_PERSONAL):
        personal.reveal(found, "name", by=by)
    for statement in ("UPDATE kernel_accesslog SET by_name = 'x'", "DELETE FROM kernel_accesslog"):
        with pytest.raises(IntegrityError), transaction.atomic():
            run_sql(statement)
    long_ago = timezone.now() - timedelta(days=3 * 366)
    AccessLog.objects.create(
        deed="shown", by_name="x", source="", kind="", subject_ids=[], fields=[], at=long_ago
    )
    run_sql("DELETE FROM kernel_accesslog WHERE at < now() - interval '2 years'")
    assert AccessLog.objects.count() == 1


@pytest.mark.django_db
def test_a_token_carries_some_of_its_persons_roles_until_its_end() -> None:
    user = person()
    kept, left = give(user, "scratch.deal.view"), give(user, "scratch.deal.edit")
    given = token(user, "secret", kept.pk)
    found = tokens.holder("secret", today=DAY)
    assert found == given and tokens.holder("other", today=DAY) is None
    by = tokens.actor(given, address=None)
    assert by.may("scratch.deal.view") and not by.may("scratch.deal.edit") and by.source == "api"
    given.refresh_from_db()
    assert given.last_used_at is not None and left.pk not in given.role_ids
    assert tokens.holder("secret", today=DAY + timedelta(days=1)) is None
    Grant.objects.filter(role=kept).delete()
    assert not tokens.actor(given, address=None).may("scratch.deal.view")


@pytest.mark.django_db
def test_a_token_of_one_who_may_everything_is_narrowed_too() -> None:
    boss = User.objects.create_user("boss", is_superuser=True)
    role = Role.objects.create(code="read", name_ko="조회", name_en="read", permissions=["scratch.deal.view"])
    by = tokens.actor(token(boss, "d", role.pk), address=None)
    assert by.may("scratch.deal.view") and not by.may("scratch.deal.edit")


@pytest.mark.django_db
def test_a_bucket_runs_dry_and_says_when_to_come_back() -> None:
    waits = [limits.wait("k", per_minute=2) for _time in range(3)]
    assert waits[:2] == [0, 0] and 0 < waits[2] <= 30
    assert limits.wait("other", per_minute=2) == 0


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("river-stones", 0),
        ("River7st", 0),
        ("riverbank", 1),
        ("river-st", 1),
        ("river-sss9", 1),
        ("river-789x", 1),
        ("river-qwe9", 1),
        ("River7-cba", 1),
    ],
)
def test_a_password_follows_the_guideline(password: str, wrong: int) -> None:
    assert len(passwords.problems(password)) == wrong


@pytest.mark.django_db
def test_a_password_is_not_ones_name_nor_one_of_the_last_two() -> None:
    user = person("haneul")
    for password in ("river-stones-7", "mountain-path-4"):
        user.set_password(password)
        user.save()
    rule = passwords.KoreanGuideline()
    for password in ("river-stones-7", "mountain-path-4", "haneul-stones"):
        with pytest.raises(ValidationError):
            rule.validate(password, user)
    rule.validate("another-path-7", user)
    assert user.password_set_at is not None
    assert not passwords.is_old(user.password_set_at, on=calendars.today() + timedelta(days=89))
    assert passwords.is_old(user.password_set_at, on=calendars.today() + timedelta(days=90))
