"""The pages without a browser: what they answer, refuse and remember."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from onmaru.kernel import files, identity, people, refusals
from onmaru.kernel.models import User
from onmaru.workbench.views import cells, chips
from tests.scratch.models import Client, Deal

LIST_QUERIES = 12


@pytest.fixture
def person(db: Any) -> User:
    return User.objects.create_user("kim", full_name="김하늘", is_superuser=True)


@pytest.fixture
def browser(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_stranger_is_led_to_the_sign_in(db: Any) -> None:
    answer = Browser().get("/deals/?q=1")
    assert answer.headers["Location"] == "/account/login/?next=/deals/%3Fq%3D1"
    part = Browser().get("/deals/", headers={"HX-Request": "true", "HX-Current-URL": "/deals/"})
    assert part.headers["HX-Redirect"] == "/account/login/?next=%2Fdeals%2F"


def test_without_the_permission_a_list_says_so(browser: Browser, person: User) -> None:
    User.objects.update(is_superuser=False)
    for path in ("/deals/", "/deals/new", "/deals/1/", "/deals/export.csv", "/deals/import"):
        assert browser.get(path).status_code == 403, path
    assert "아직 권한이 없습니다" in text(browser.get("/"))


def test_what_is_not_there_is_404_inside_the_shell(browser: Browser) -> None:
    for path in ("/nothing/", "/deals/999/", "/deals/999/do/confirm", "/deals/999/print/note.pdf"):
        answer = browser.get(path)
        assert answer.status_code == 404, path
        assert 'class="rail"' in text(answer)


def test_a_list_page_keeps_its_query_budget(browser: Browser, twelve: list[Deal]) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get("/deals/")
    assert text(answer).count("<tr data-href") == 12
    assert len(asked) <= LIST_QUERIES


def test_a_part_is_not_a_page(browser: Browser, twelve: list[Deal]) -> None:
    answer = browser.get("/deals/", headers={"HX-Request": "true"})
    assert "<html" not in text(answer)
    assert "HX-Request" in answer.headers["Vary"]
    assert "no-cache" in answer.headers["Cache-Control"]


def test_values_are_escaped(browser: Browser, twelve: list[Deal]) -> None:
    Client.objects.update(name="<script>alert(1)</script>")
    for path in ("/deals/", f"/deals/{twelve[0].pk}/", "/clients/", "/search?q=script"):
        assert "<script>alert" not in text(browser.get(path)), path


def test_the_language_is_ones_own_to_choose(browser: Browser, person: User) -> None:
    answer = browser.post("/language", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    person.refresh_from_db()
    assert person.language == "en"
    assert "Good to see you" in text(browser.get("/"))
    other = User.objects.create_user("park")
    by = identity.only(identity.actor(other), people.choose_language.permission)
    with pytest.raises(refusals.Refused) as refused:
        people.choose_language(person, language="fr", by=by)
    assert refused.value.codes == ["not_found", "language_unknown"]


def test_files_are_attached_and_come_back_as_downloads(browser: Browser, twelve: list[Deal]) -> None:
    address = f"/deals/{twelve[0].pk}/files"
    sent = {
        "file": [SimpleUploadedFile("계약서.html", b"<script>1</script>"), SimpleUploadedFile("빈.txt", b"")]
    }
    page = browser.post(address, sent, follow=True)
    assert "계약서.html" in text(page)
    assert "빈.txt" in text(page)
    stored = files.of(twelve[0]).get()
    answer = browser.get(f"{address}/{stored.pk}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert browser.get(f"/deals/{twelve[1].pk}/files/{stored.pk}").status_code == 404


def test_the_same_form_sent_twice_enters_once(browser: Browser) -> None:
    form = {"code": "C7", "name": "두번", "idempotency_key": "k1"}
    first, second = (browser.post("/clients/new", form) for _time in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Client.objects.count() == 1


def test_a_state_has_a_tone_and_an_unknown_one_is_hollow() -> None:
    shown = {state: cells.tone(state) for state in ("paid", "draft", "partly_paid", "cancelled", "overdue")}
    assert shown == {
        "paid": "tone-ok",
        "draft": "hollow",
        "partly_paid": "tone-warn",
        "cancelled": "tone-gone",
        "overdue": "tone-bad",
    }


def test_the_address_keeps_all_but_what_is_changed(rf: RequestFactory) -> None:
    params = rf.get("/?q=a&state=draft&state=done&ordered_on__gte=2026-01-01&after=x&sort=-id").GET
    assert chips.query(params, drop="ordered_on") == "?q=a&state=draft&state=done&sort=-id"
    assert chips.query(params, sort="id") == "?q=a&state=draft&state=done&ordered_on__gte=2026-01-01&sort=id"
