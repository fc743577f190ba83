"""The room's pages and the API's door."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
import python_calamine
from django.core.cache import cache
from django.test import Client as Browser
from django.utils import timezone

from onmaru.kernel import calendars, identity, personal, tokens
from onmaru.kernel.models import AccessLog, Grant, Role, Token, User
from onmaru.masters.party import commands as party
from onmaru.masters.party.models import Party
from onmaru.office.access.commands import roles, rules, settings
from onmaru.office.rest.views.signing import TOO_MANY_REQUESTS
from onmaru.workbench import history

BY = identity.system("tester")


def signed_in(*may: str) -> tuple[Browser, Role]:
    user = User.objects.create_user("park", full_name="박솔")
    role = Role.objects.create(code="desk", name_ko="창구", name_en="Desk", permissions=list(may))
    Grant.objects.create(user=user, role=role)
    browser = Browser()
    browser.force_login(user)
    return browser, role


def token(role: Role, *, per_minute: int = 600, expires_on: date | None = None) -> dict[str, str]:
    Token.objects.create(
        user=User.objects.get(username="park"),
        name="쇼핑몰",
        digest=tokens.digest("onmaru_secret"),
        role_ids=[role.pk],
        per_minute=per_minute,
        expires_on=expires_on or calendars.today() + timedelta(days=1),
    )
    return {"Authorization": "Bearer onmaru_secret"}


@pytest.fixture
def her(db: Any) -> Party:
    return party.parties.create(by=BY, name="홍길동", kind="person", country="KR", phone="010-1234-5678")


def test_what_is_removed_without_a_word_is_said_to_be_done(db: Any) -> None:
    browser, role = signed_in("kernel.*")
    other = User.objects.create_user("lee", full_name="이슬")
    grant = Grant.objects.create(user=other, role=role)
    answer = browser.post(f"/grants/{grant.pk}/do/remove", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers.get("HX-Redirect")) == (200, "/grants/")
    assert not Grant.objects.filter(user=other).exists()


def test_a_token_opens_the_api_and_nothing_beyond_its_roles(her: Party) -> None:
    _browser, role = signed_in("party.party.view")
    headers = token(role)
    answer = Browser().get(f"/api/parties/{her.pk}", headers=headers)
    assert (answer.status_code, answer.json()["phone"]) == (200, "+821●●●●●5678")
    changed = Browser(enforce_csrf_checks=True).patch(
        f"/api/parties/{her.pk}", {"note": "x"}, "application/json", headers=headers
    )
    assert (changed.status_code, changed.json()["code"]) == (403, "not_permitted")
    wrong = Browser().get("/api/parties", headers={"Authorization": "Bearer onmaru_other"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign_in_needed")
    Token.objects.update(revoked_at=timezone.now())
    assert Browser().get("/api/parties", headers=headers).status_code == 401


def test_who_asks_too_often_is_told_when_to_come_back(db: Any) -> None:
    _browser, role = signed_in("party.party.view")
    headers = token(role, per_minute=2)
    answers = [Browser().get("/api/parties", headers=headers) for _time in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1].headers["Content-Type"] == "application/problem+json"
    assert answers[-1].json()["code"] == TOO_MANY_REQUESTS.code
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 30


def test_a_mask_is_opened_by_a_post_that_is_written_down(her: Party) -> None:
    browser, role = signed_in("party.party.view")
    address = f"/reveal/party.party/{her.pk}/phone"
    assert "5678" not in browser.post(address).content.decode()
    assert not AccessLog.objects.exists()
    role.permissions += ["party.party.reveal"]
    role.save()
    assert "010-1234-5678" in browser.post(address).content.decode()
    assert browser.get(address).status_code == 405
    assert AccessLog.objects.get().whose == "홍길동"
    for wrong in ("party.party/999999/phone", "no.kind/1/phone"):
        assert browser.post(f"/reveal/{wrong}").status_code == 404


def test_a_contacts_phone_is_written_as_people_write_it_and_stays_masked(db: None) -> None:
    contacts = [{"name": "김민수", "phone": "02-1234-5678"}]
    firm = party.parties.create(by=BY, name="한빛상사", contacts=contacts)
    browser, role = signed_in("party.party.view")
    page = browser.get(f"/parties/{firm.pk}/").content.decode()
    assert "02-1●●●-5678" in page and "+822" not in page
    rules.create(by=BY, role=role, kind="party.contact", hidden=["phone"])
    assert "5678" not in browser.get(f"/parties/{firm.pk}/").content.decode()


def test_a_list_leaves_masked_unless_a_reason_is_given(her: Party) -> None:
    browser, _role = signed_in("party.party.view", "party.party.export", "party.party.reveal")
    assert "12345678" not in b"".join(browser.get("/parties/export.csv")).decode().replace("-", "")
    assert browser.get("/parties/export-personal").status_code == 200
    assert browser.post("/parties/export-personal", {"reason": ""}).status_code == 422
    file = browser.post("/parties/export-personal", {"reason": "연말 선물 발송"})
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(b"".join(file)))
    rows = book.get_sheet_by_index(0).to_python()
    assert "010-1234-5678" in rows[1]
    row = AccessLog.objects.get()
    assert (row.deed, row.subject_ids, row.reason) == ("exported", [her.pk], "연말 선물 발송")
    assert {"phone", "email"} == set(row.fields)


def test_a_paper_is_masked_unless_a_reason_is_given(her: Party, built: None) -> None:
    browser, _role = signed_in("party.party.view", "party.party.export", "party.party.reveal")

    def said(pdf: bytes) -> str:
        return pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()

    answer = browser.get("/parties/export.pdf")
    assert answer.status_code == 200, answer.content.decode()[-2500:]
    masked = said(answer.content)
    assert "5678" in masked and "1234" not in masked and "●" in masked
    address = "/parties/export-personal"
    assert browser.post(address, {"reason": "", "paper": "1"}).status_code == 422
    assert "010-1234-5678" in said(b"".join(browser.post(address, {"reason": "명단 게시", "paper": "1"})))
    row = AccessLog.objects.get()
    assert (row.deed, row.reason) == ("exported", "명단 게시")


def test_a_role_is_read_and_ticked_as_a_table(db: Any) -> None:
    browser, role = signed_in("kernel.*", "party.party.view", "unknown.room.view")
    address = f"/roles/{role.pk}/permissions"
    assert 'value="party.party.view" checked' in browser.get(address).content.decode()
    assert browser.post(address, {"may": ["*"]}).status_code == 422
    assert browser.post(address, {"may": ["kernel.*"]}).status_code == 302
    role.refresh_from_db()
    assert role.permissions == ["kernel.*", "unknown.room.view"]


def test_five_failures_lock_a_name_and_the_page_says_so(db: Any, client: Browser) -> None:
    cache.clear()
    User.objects.create_user("lee", password="river-stones-7")
    wrong = {"login": "lee", "password": "guess-again-1"}
    for _time in range(5):
        client.post("/account/login/", wrong)
    locked = client.post("/account/login/", {"login": "lee", "password": "river-stones-7"})
    assert "여러 번 실패하여 잠시 잠갔습니다" in locked.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_person_sees_where_they_are_signed_in(db: Any) -> None:
    browser, _role = signed_in()
    assert browser.get("/account/sessions/").status_code == 200


def test_what_a_rule_may_name_is_offered_by_its_words(db: Any) -> None:
    browser = Browser()
    browser.force_login(User.objects.create_user("kim", is_superuser=True, language="ko"))
    told = browser.get("/record-rules/names?kind=party.party").json()
    assert ["email", "이메일"] in told["fields"] and ["person", "개인"] in told["values"]["kind"]
    told = browser.get("/record-rules/names?kind=organization.member").json()
    assert "person" in dict(told["owner"])
    assert browser.get("/record-rules/names?kind=nothing").json() == {}
    browser.force_login(User.objects.create_user("stranger"))
    assert browser.get("/record-rules/names?kind=party.party").status_code == 403


def test_the_history_of_a_role_says_what_was_given_and_taken(db: Any) -> None:
    browser, role = signed_in("kernel.role.view", "kernel.role.permit", "party.party.view")
    kept = ["kernel.role.view", "kernel.role.permit"]
    roles.permit(role, by=BY, permissions=[*kept, "party.party.export", "party.party.reveal"])
    (given, taken) = history.of(role, BY)[0].changes
    assert (given.label, given.old, given.new) == ("부여한 권한", "", "거래처: 내보내기, 개인정보 열람")
    assert (taken.label, taken.old, taken.new) == ("회수한 권한", "거래처: 조회", "")
    assert "거래처: 내보내기" in browser.get(f"/roles/{role.pk}/").content.decode()


def test_the_access_log_names_fields_as_people_do(her: Party) -> None:
    browser, _role = signed_in("kernel.accesslog.view")
    personal.reveal(her, "phone", by=BY)
    assert "전화번호" in browser.get("/access-log/").content.decode()
    page = browser.get(f"/access-log/{AccessLog.objects.get().pk}/").content.decode()
    assert re.search("경로<.{0,80}>시스템<", page, re.DOTALL), "the way in words"


def test_a_retention_rule_is_chosen_and_listed_by_words(her: Party) -> None:
    browser, _role = signed_in("kernel.retentionrule.keep", "kernel.retentionrule.view")
    told = browser.get("/record-rules/names?kind=party.party").json()
    assert ["phone", "전화번호"] in told["personal"] and "created_at" in dict(told["days"])
    assert "islands/naming" in browser.get("/retention-rules/new").content.decode()
    given: dict[str, Any] = {
        "kind": "party.party",
        "field": "phone",
        "since": "created_at",
        "keep_days": "365",
    }
    settings.keep(by=BY, **given, starts_on=calendars.today(), ground="동의 철회")
    shown = browser.get("/retention-rules/").content.decode()
    assert "전화번호" in shown and "created_at" not in shown
