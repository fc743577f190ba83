"""What the palette offers: to whom, for which letters, on which page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import translation

from onmaru.kernel import identity, people
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.palette import queries
from onmaru.office.savedviews.models import SavedView
from tests.scratch.models import Client, Deal, Firm


@pytest.fixture
def deal(db: Any) -> Deal:
    firm = Firm.objects.create(code="F1", name="마루")
    client = Client.objects.create(code="C1", name="한강자전거")
    return Deal.objects.create(number="D-1", company=firm, client=client, ordered_on="2026-11-01")


def _hrefs(text: str, on: str = "", *permissions: str) -> list[str]:
    by = identity.only(identity.system("kim"), *(permissions or ("*",)))
    return [one.href for _name, choices in queries.offered(by, text, on) for one in choices]


@pytest.mark.parametrize("typed", ["품목", "ㅍㅁ", "vnaahr", "푸", "products", "product"])
def test_a_list_is_found_by_its_name_however_it_is_typed(db: Any, typed: str) -> None:
    with translation.override("ko"):
        assert "/products/" in _hrefs(typed)


def test_nothing_is_offered_that_is_not_ones_own_to_see_or_do(deal: Deal) -> None:
    assert "/deals/" not in _hrefs("deals", "", "scratch.client.view")
    seen = _hrefs("", f"deals/{deal.pk}", "scratch.deal.view")
    assert "/deals/" in seen
    assert f"/deals/{deal.pk}/do/confirm" not in seen
    assert "/deals/new" not in seen


def test_the_open_record_offers_what_its_state_allows(deal: Deal) -> None:
    seen = _hrefs("", f"deals/{deal.pk}")
    assert f"/deals/{deal.pk}/do/confirm" in seen[:3]
    Deal.objects.update(state="confirmed")
    assert f"/deals/{deal.pk}/do/confirm" not in _hrefs("", f"deals/{deal.pk}")
    assert _hrefs("", "deals/999999") == _hrefs("", "nowhere/x")


def test_a_saved_view_is_found_unless_its_list_is_closed(db: Any) -> None:
    owner = User.objects.create_user("kim")
    view = SavedView.objects.create(owner=owner, entity="deals", name="급한 것만", query="urgent=1")
    by = replace(identity.system("kim"), user_id=owner.pk)
    found = queries.offered(by, "ㄱㅎ", "")
    assert view.address in [one.href for _name, choices in found for one in choices]
    shut = queries.offered(identity.only(by), "ㄱㅎ", "")
    assert view.address not in [one.href for _name, choices in shut for one in choices]


def test_the_parts_come_to_people_who_are_signed_in(db: Any) -> None:
    browser = Browser()
    assert browser.get("/palette").status_code == 302
    browser.force_login(User.objects.create_user("kim", is_superuser=True, language="ko"))
    assert '<dialog class="palette"' in browser.get("/").content.decode()
    assert "/products/" in browser.get("/palette?q=ㅍㅁ").content.decode()
    assert "theme=dark" in browser.get("/palette?q=어둡").content.decode()
    assert "<kbd>" in browser.get("/keys").content.decode()


def test_a_look_is_ones_own_and_known(db: Any) -> None:
    browser = Browser()
    user = User.objects.create_user("kim")
    browser.force_login(user)
    assert 'data-theme="system"' in browser.get("/").content.decode()
    browser.post("/look", {"theme": "dark", "text_size": "large"})
    user.refresh_from_db()
    assert (user.theme, user.contrast, user.text_size) == ("dark", "system", "large")
    assert 'data-theme="dark"' in browser.get("/").content.decode()
    assert browser.post("/look", {"theme": "mauve"}).status_code == 422
    with pytest.raises(Refused) as refused:
        people.choose_look(user, theme="mauve", by=identity.actor(user))
    assert "not_permitted" in refused.value.codes
    with pytest.raises(Refused) as refused:
        people.choose_look(user, theme="mauve", by=replace(identity.system("x"), user_id=user.pk))
    assert refused.value.codes == ["look_unknown"]
