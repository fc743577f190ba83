"""What administrators do, and what they may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client as Browser

from onmaru.kernel import identity, personal
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AccessLog, AuditRow, DatedSetting, Grant, RecordRule, Role, Token, User
from onmaru.kernel.refusals import FIELD_FIXED, FIELD_UNKNOWN
from onmaru.masters.party import commands as party
from onmaru.masters.party.models import Contact, Party
from onmaru.masters.site.models import Company
from onmaru.office.access import commands
from onmaru.office.access.commands import grants, retention, roles, rules, settings, tokens, users
from onmaru.office.shaping import commands as shaping
from onmaru.office.shaping.queries import live
from onmaru.workbench.tests import samples
from tests.proofs import refused

BY = identity.system("administrator")
DAY = date(2026, 11, 27)


def role(*may: str, code: str = "clerk") -> Role:
    return Role.objects.create(code=code, name_ko="사원", name_en="Clerk", permissions=list(may))


def clerk(*may: str) -> Actor:
    user = User.objects.create_user(f"clerk{User.objects.count()}")
    Grant.objects.create(user=user, role=role(*may, code=user.username))
    return identity.actor(user)


@pytest.mark.django_db
def test_an_account_begins_with_a_password_told_once_and_ends_with_its_tokens() -> None:
    user: Any = users.create(by=BY, username="lee", full_name="이서연", team="영업1팀")
    told = user.told_once[0]
    password = told.rpartition(" ")[2]
    assert User.objects.get(username="lee").check_password(password)
    assert password not in str(list(AuditRow.objects.values_list("changes", flat=True)))
    again: Any = users.reset_password(user, by=BY)
    assert again.told_once[0] != told
    token = Token.objects.create(user=user, name="t", digest="d", role_ids=[1], expires_on=DAY)
    users.archive(user, by=BY)
    token.refresh_from_db()
    assert token.revoked_at is not None and not User.objects.get(pk=user.pk).is_active
    users.edit(users.restore(user, by=BY), by=BY, team="영업2팀")
    with refused(users.NOT_YOURSELF):
        users.archive(user, by=replace(BY, user_id=user.pk))


@pytest.mark.django_db
def test_who_lost_every_second_step_is_let_in_by_password_and_their_sessions_end() -> None:
    user = User.objects.create_user("lee", password="open sesame 9")
    with refused(users.NO_SECOND_STEP):
        users.drop_second_step(user, by=BY, reason="전화로 확인")
    lost = Browser()
    lost.force_login(user)
    UserSession.objects.create(user=user, session_key=lost.session.session_key, ip="127.0.0.1")
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=user, type=kind, data={"seed": "s", "used_mask": 0})
    door = Browser()
    said = {"login": "lee", "password": "open sesame 9"}
    page = door.post("/account/login/", said, follow=True).content.decode()
    assert "인증 앱에 나오는" in page and "복구 코드로도" in page and "회사 관리자에게" in page
    assert "mfa_webauthn_authenticate" not in page, "no way is shown that the person does not have"
    with refused(users.OWN_SECOND_STEP):
        users.drop_second_step(user, by=replace(BY, user_id=user.pk), reason="제 것")
    users.drop_second_step(user, by=BY, reason="사번과 얼굴로 확인")
    assert lost.get("/").status_code == 302, "whoever found the laptop is signed out"
    assert Browser().post("/account/login/", said)["Location"] == "/"
    assert AuditRow.objects.latest("pk").changes["asked"]["reason"] == "사번과 얼굴로 확인"


@pytest.mark.django_db
def test_nobody_gives_more_than_they_have() -> None:
    admin = clerk("kernel.*", "party.party.view")
    made = roles.create(by=admin, code="reader", name_ko="조회", name_en="Reader")
    roles.permit(made, by=admin, permissions=["party.party.view"])
    with refused(roles.BEYOND_YOURSELF):
        roles.permit(made, by=admin, permissions=["party.party.view", "sales.order.confirm"])
    with refused(roles.BEYOND_YOURSELF):
        grants.create(by=admin, user=User.objects.create_user("lee"), role=role("*"))
    with refused(FIELD_UNKNOWN):
        roles.edit(made, by=admin, permissions=["*"])
    roles.edit(made, by=admin, name_en="Looks")
    roles.permit(roles.archive(made, by=BY), by=BY, permissions=["*"])
    with refused(roles.BEYOND_YOURSELF):
        roles.restore(made, by=admin)


@pytest.mark.django_db
def test_who_works_for_one_company_gives_roles_there_only() -> None:
    company = samples.first(Company, BY)
    admin = replace(clerk("kernel.*"), companies=frozenset({company.pk}), grants=())
    lee, reader = User.objects.create_user("lee"), role("kernel.role.view")
    with refused(grants.BEYOND_COMPANY):
        grants.create(by=admin, user=lee, role=reader)
    given = grants.create(by=admin, user=lee, role=reader, company=company)
    assert given.company_id == company.pk
    with refused(grants.BEYOND_COMPANY):
        settings.create(by=admin, today=DAY, code="password.days", value="30", reason="내부관리계획")
    grants.remove(given, by=admin)
    assert not Grant.objects.filter(user=lee).exists()


@pytest.mark.django_db
def test_a_rule_names_fields_as_people_call_them() -> None:
    made = rules.create(by=BY, role=role(), kind="party.party", hidden=["전화번호", "email"])
    assert set(made.hidden) == {"phone", "email"}
    for values, reason in (
        ({"hidden": ["colour"]}, rules.RULE_FIELD_UNKNOWN),
        ({"reads": "mine", "owner": "parent"}, rules.RULE_NEEDS_PERSON),
        ({"reads": "values", "field": "parent", "values": ["x"]}, rules.RULE_NEEDS_VALUES),
        ({"role": role(code="other")}, FIELD_FIXED),
    ):
        with refused(reason):
            rules.edit(made, by=BY, **values)
    rules.edit(made, by=BY, reads="values", field="kind", values=["person"])
    rules.remove(made, by=BY)
    orders = rules.create(
        by=BY, role=role(code="seller"), kind="sales.order", reads="mine", owner="salesperson"
    )
    assert RecordRule.objects.get() == orders


@pytest.mark.django_db
def test_a_rule_names_fields_that_the_company_added_to_lines() -> None:
    shaping.fields.create(by=BY, kind="party.contact", type="text", label_ko="직통", name="x_direct")
    live.refresh()
    with refused(rules.RULE_FIELD_UNKNOWN):
        rules.create(by=BY, role=role(), kind="party.contact", hidden=["x_weight"])
    made = rules.create(by=BY, role=role(code="packer"), kind="party.contact", hidden=["x_direct"])
    assert made.hidden == ["x_direct"]


def test_a_token_is_of_ones_own_roles_and_ends() -> None:
    by = clerk("kernel.token.*")
    own = Role.objects.get(code=by.name)
    good: dict[str, Any] = {"name": "쇼핑몰", "roles": [own], "expires_on": DAY + timedelta(days=30)}
    made: Any = tokens.create(by=by, today=DAY, **good)
    assert made.told_once and made.digest not in made.told_once[0]
    with refused(tokens.TOKEN_NEEDS_ROLES):
        tokens.create(by=by, today=DAY, **good | {"roles": [role("*")]})
    with refused(tokens.TOKEN_END_INVALID):
        tokens.create(by=by, today=DAY, **good | {"expires_on": DAY})
    tokens.revoke(made, by=by)
    with refused(tokens.TOKEN_REVOKED):
        tokens.revoke(made, by=by)


@pytest.mark.django_db
def test_a_setting_never_rewrites_the_past() -> None:
    setting: dict[str, Any] = {"code": "password.days", "value": "30", "reason": "내부관리계획"}
    settings.create(by=BY, today=DAY, **setting)
    with refused(settings.SETTING_IN_THE_PAST):
        settings.create(by=BY, today=DAY, **setting, starts_on=DAY - timedelta(days=1))
    assert DatedSetting.objects.get().starts_on == DAY


@pytest.mark.django_db
def test_what_leaves_as_a_file_needs_a_reason() -> None:
    words: dict[str, Any] = {"fields": ["phone"], "by": BY}
    with refused(personal.REASON_NEEDED):
        commands.personal.take_out(Contact, [1, 2], reason="  ", **words)
    commands.personal.take_out(Contact, [1, 2], reason="연말 선물 발송", **words)
    row = AccessLog.objects.get()
    assert (row.deed, row.subject_ids, row.reason) == ("exported", [1, 2], "연말 선물 발송")


@pytest.mark.django_db
def test_what_is_over_is_destroyed_by_the_rooms_own_verb_and_written_down() -> None:
    made = party.parties.create(
        by=BY,
        name="홍길동",
        kind="person",
        country="KR",
        phone="010-1234-5678",
        contacts=[{"name": "김민수", "phone": "010-8765-4321"}],
    )
    rule: dict[str, Any] = {"field": "phone", "keep_days": 30, "since": "changed_at", "ground": "동의서 3항"}
    with refused(settings.NOT_PERSONAL):
        settings.keep(by=BY, kind="party.party", starts_on=DAY, **rule | {"field": "name"})
    with refused(settings.NO_DAY):
        settings.keep(by=BY, kind="party.party", starts_on=DAY, **rule | {"since": "name"})
    kept = settings.keep(by=BY, kind="party.party", starts_on=DAY, **rule)
    settings.keep(by=BY, kind="party.contact", starts_on=DAY, **rule)
    Party.objects.update(changed_at="2026-10-01T00:00Z")
    Contact.objects.update(changed_at="2026-10-01T00:00Z")
    assert retention.destroy(by=BY, today=DAY - timedelta(days=1)) == 0
    assert retention.destroy(by=BY, today=DAY) == 2
    made.refresh_from_db()
    assert made.phone == "" and "1234" not in made.search_text and Contact.objects.get().phone == ""
    assert set(AccessLog.objects.values_list("deed", "reason")) == {("destroyed", "동의서 3항")}
    settings.end(kept, by=BY, on=DAY)
    assert [one.kind for one in retention.in_force(DAY + timedelta(days=1))] == ["party.contact"]
