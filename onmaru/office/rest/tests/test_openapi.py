"""The whole OpenAPI document against the API: nothing undocumented is answered and nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.test import Client as Browser
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from onmaru.kernel import identity
from onmaru.kernel.models import User
from onmaru.workbench import registry
from onmaru.workbench.tests import samples
from tests import served

pytestmark = pytest.mark.slow
load_all_checks()
TOKEN = "a" * 32
KNOWN: dict[str, list[int]] = {}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def document(db: Any) -> Iterator[Any]:
    for entity in registry.every():
        if entity.create is not None:
            KNOWN[entity.name] = [record.pk for record in samples.some(entity, identity.system("tester"), 2)]
    with served.wsgi() as application:
        yield schemathesis.openapi.from_wsgi("/api/openapi.json", application)


@pytest.fixture
def cookies(db: Any) -> dict[str, str]:
    browser = Browser()
    browser.force_login(User.objects.create_user("robot", is_superuser=True, language="en"))
    return {name: morsel.value for name, morsel in browser.cookies.items()} | {"csrftoken": TOKEN}


# The client of these tests reads no compressed answer.
HEADERS = {"X-CSRFToken": TOKEN, "Accept-Encoding": "identity"}
TRIES = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)


def test_every_answer_is_documented(document: Any, cookies: dict[str, str]) -> None:
    wrong = {}
    for found in document.get_all_operations():
        operation = found.ok()

        @TRIES
        @given(case=operation.as_strategy())
        def try_out(case: Any) -> None:
            ids = KNOWN.get(case.operation.path.split("/")[2])
            if ids and "record_id" in case.path_parameters and case.path_parameters["record_id"] % 4:
                case.path_parameters["record_id"] = ids[case.path_parameters["record_id"] % len(ids)]
            case.call_and_validate(cookies=cookies, headers=HEADERS, checks=CHECKS)

        try:
            try_out()
        except (Exception, BaseExceptionGroup) as error:
            wrong[operation.label] = str(error)[:600]
    assert wrong == {}
