"""The pages that say what went wrong, when nothing else works."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django.utils import translation

from onmaru.app import errors


@pytest.mark.parametrize("language", ["ko", "en"])
def test_error_pages_need_no_database(language: str, rf: RequestFactory) -> None:
    request = rf.get("/")
    with translation.override(language):
        answers = [errors.bad_request(request), errors.forbidden(request), errors.not_found(request)]
        answers += [errors.broken(request), errors.forged(request)]
    assert [answer.status_code for answer in answers] == [400, 403, 404, 500, 403]
    assert all(("홈으로" in one.content.decode()) == (language == "ko") for one in answers)
