"""The pages that say what went wrong, when nothing else works."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import path
from django.utils import translation

from onmaru.app import errors, references


@pytest.mark.parametrize("language", ["ko", "en"])
def test_error_pages_need_no_database(language: str, rf: RequestFactory) -> None:
    request = rf.get("/")
    with translation.override(language):
        answers = [errors.bad_request(request), errors.forbidden(request), errors.not_found(request)]
        answers += [errors.broken(request), errors.forged(request)]
    assert [answer.status_code for answer in answers] == [400, 403, 404, 500, 403]
    assert all(("홈으로" in one.content.decode()) == (language == "ko") for one in answers)


def breaks(request: HttpRequest) -> HttpResponse:
    """A page with a mistake."""
    return HttpResponse(1 // len(request.GET))


urlpatterns = [path("breaks", breaks)]
handler500 = "onmaru.app.errors.broken"


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_what_broke_is_found_in_the_log_by_the_number_on_the_page(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(references.Named())
    answer = Browser(raise_request_exception=False).get("/breaks")
    found = re.search(r"<code>(\w+)</code>", answer.content.decode())
    assert answer.status_code == 500 and found
    [line] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert line.getMessage().startswith(f"[{found[1]}]") and line.exc_info


def test_without_a_database_the_house_says_that_it_is_closed_and_offers_the_way_back(
    rf: RequestFactory,
) -> None:
    request = rf.get("/deals/?q=1", headers={"Referer": "http://testserver/home"}, HTTP_HOST="testserver")
    try:
        raise OperationalError("the connection is lost")
    except OperationalError:
        answer = errors.broken(request)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert 'href="/deals/?q=1"' in answer.content.decode()
    elsewhere = rf.get("/x", headers={"Referer": "https://evil.example/"}, HTTP_HOST="testserver")
    assert "evil.example" not in errors.not_found(elsewhere).content.decode()
    here = rf.get("/x", headers={"Referer": "http://testserver/deals/"}, HTTP_HOST="testserver")
    assert 'href="http://testserver/deals/"' in errors.not_found(here).content.decode()


def test_a_page_that_stayed_open_over_a_sign_out_leads_back_to_its_form(rf: RequestFactory) -> None:
    kept: dict[str, Any] = {"headers": {"Referer": "http://testserver/deals/new"}, "HTTP_HOST": "testserver"}
    way = 'href="http://testserver/deals/new"'
    assert way in errors.forged(rf.post("/deals/new", **kept)).content.decode()
    assert way not in errors.forbidden(rf.get("/deals/new", **kept)).content.decode()
