"""Questions compiled once answer as the mapper does, whatever they are told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext

from onmaru.kernel import identity
from onmaru.kernel.models import User
from onmaru.office.counts import queries as counts
from tests.scratch import commands
from tests.scratch.models import Client, Deal


def _of(name: Any, since: Any) -> QuerySet[Client]:
    """Clients of a name with an order since a day, and a constant of its own between."""
    ordered = Deal.objects.filter(client=OuterRef("pk"), ordered_on__gte=since)
    return Client.objects.filter(Q(name=name) | Q(code__startswith="X"), Exists(ordered)).order_by("pk")


@counts.compiled
def _asked(name: Any, since: Any) -> QuerySet[Any, Any]:
    return _of(name, since).values_list("pk", "name")


@pytest.mark.django_db
def test_a_compiled_question_answers_as_the_mapper_does() -> None:
    by = identity.system("tester")
    firm = commands.found(by=by, code="KR", name="온마루")
    for place, name in enumerate(("대한상사", "100% 물산", "대한상사")):
        client = commands.create_client(by=by, code=f"{'XC'[place % 2]}{place}", name=name)
        Deal.objects.create(
            number=f"D{place}",
            company=firm,
            client=client,
            ordered_on=date(2026, 1, 1 + place),
            currency="KRW",
        )
    told = [(name, date(2026, 1, day)) for name in ("대한상사", "100% 물산", "'") for day in (1, 2, 3, 4)]
    answers = [_asked(name=name, since=since) for name, since in told]
    assert answers == [list(_of(name, since).values_list("pk", "name")) for name, since in told]
    assert {len(one) for one in answers} == {0, 1, 2, 3}


@pytest.mark.django_db
def test_it_is_built_once_and_asked_each_time() -> None:
    built: list[str] = []

    @counts.compiled
    def asked(name: Any) -> QuerySet[Any, Any]:
        built.append("once")
        return Client.objects.filter(name=name).values_list("pk")

    with CaptureQueriesContext(connection) as seen:
        assert [asked(name="대한상사"), asked(name="물산")] == [[], []]
    assert built == ["once"] and len(seen) == 2


@pytest.mark.django_db
def test_a_page_counts_by_one_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    by, person = identity.system("tester"), User.objects.create(username="kim")
    for place, name in enumerate(("대한상사", "물산", "대한상사")):
        commands.create_client(by=by, code=f"C{place}", name=name)
    ways: dict[str, counts.Build] = {
        "all": lambda: Client.objects.all(),
        "few": lambda: Client.objects.filter(name="대한상사").values_list("pk")[:1],
        "mine": lambda person_id, now: User.objects.filter(pk=person_id, date_joined__lte=now),
    }
    monkeypatch.setattr(counts, "counted", ways)
    counts._together.cache_clear()
    request = HttpRequest()
    with CaptureQueriesContext(connection) as seen:
        found = [counts.of(request, identity.actor(person)) for _time in range(2)]
    counts._together.cache_clear()
    assert found == [{"all": 3, "few": 1, "mine": 1}] * 2
    assert sum("count(*)" in str(one["sql"]) or one["sql"] is None for one in seen) == 1
