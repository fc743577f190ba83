"""Views are kept, shared, pinned and met again; they hold a question, never rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, Role, User
from onmaru.kernel.refusals import Refused
from onmaru.office.savedviews import commands, queries
from onmaru.office.savedviews.models import Mark, SavedView
from onmaru.workbench import registry
from tests.scratch.models import Client, Deal, Firm

TODAY: dict[str, Any] = {"today": None}


@pytest.fixture
def kim(db: Any) -> User:
    return _person("kim", "scratch.firm.view")


@pytest.fixture
def park(db: Any) -> User:
    return _person("park", "scratch.client.view")


def _person(login: str, *permissions: str) -> User:
    user = User.objects.create_user(login)
    role = Role.objects.create(code=login, name_ko=login, name_en=login, permissions=list(permissions))
    Grant.objects.create(user=user, role=role)
    return user


def _all(user: User) -> Actor:
    return identity.Actor(user.pk, str(user), frozenset({"*"}), None)


def _view(user: User, name: str = "서울", **more: Any) -> SavedView:
    asked = {"entity": "firms", "query": "?q=%EC%84%9C&after=x&view=3&sort=-name&state=", **more}
    return commands.create(name=name, by=_all(user), **asked)


def test_a_view_keeps_what_is_asked_and_not_where_one_stands(kim: User) -> None:
    view = _view(kim)
    assert view.query == "q=%EC%84%9C&sort=-name"
    assert view.address == f"/firms/?view={view.pk}&q=%EC%84%9C&sort=-name"


@pytest.mark.parametrize(
    ("more", "code"), [({"entity": "nowhere"}, "list_unknown"), ({"name": "한강"}, "not_unique")]
)
def test_a_view_is_refused(kim: User, more: dict[str, str], code: str) -> None:
    _view(kim, "한강")
    with pytest.raises(Refused) as refused:
        _view(kim, **more)
    assert refused.value.codes == [code]


def test_a_view_is_shared_with_a_role_or_everyone(kim: User, park: User) -> None:
    view, by, other = _view(kim), _all(kim), identity.actor(park)
    firms = registry.get("firms")
    assert firms is not None
    assert queries.of(firms, queries.seen(other)) == []
    with pytest.raises(Refused) as refused:
        commands.share(view, audience="role", by=by)
    assert refused.value.codes == ["role_needed"]
    commands.share(view, audience="role", role=Role.objects.get(code="park"), by=by)
    assert queries.of(firms, queries.seen(other)) == [view]
    commands.share(view, audience="all", by=by)
    assert queries.of(firms, queries.seen(other)) == [view]
    commands.share(view, audience="me", by=by)
    assert queries.of(firms, queries.seen(other)) == []
    assert queries.of(firms, queries.seen(identity.actor(kim))) == [view]


def test_one_view_is_the_usual_one_of_a_list(kim: User) -> None:
    first, second, by = _view(kim, "가"), _view(kim, "나"), _all(kim)
    for view in (first, second):
        commands.make_usual(view, usual=True, by=by)
    firms = registry.get("firms")
    assert firms is not None
    assert queries.usual(firms, queries.seen(by)) == second.asked
    commands.make_usual(second, usual=False, by=by)
    assert queries.usual(firms, queries.seen(by)) == ""


def test_from_the_list_a_view_is_saved_met_pinned_changed_and_forgotten(kim: User) -> None:
    Firm.objects.create(code="F1", name="서울상사")
    browser = Browser()
    browser.force_login(kim)
    saved = browser.post("/views/", {"entity": "firms", "name": "서울만", "query": "q=서울"})
    view = SavedView.objects.get()
    assert (saved.status_code, saved["Location"]) == (302, view.address)
    browser.post(f"/views/{view.pk}/usual", {"on": "1"})
    assert browser.get("/firms/")["Location"] == view.address
    assert "서울만" not in browser.get("/").content.decode()
    browser.post(f"/views/{view.pk}/pin", {"on": "1"})
    assert "서울만" in browser.get("/").content.decode()
    browser.post(f"/views/{view.pk}/update", {"query": "q=서울&sort=-name"})
    browser.post(f"/views/{view.pk}/rename", {"name": "서울의 회사"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("서울의 회사", "q=%EC%84%9C%EC%9A%B8&sort=-name")
    assert browser.post(f"/views/{view.pk}/fly").status_code == 404
    browser.post(f"/views/{view.pk}/delete")
    assert (SavedView.objects.count(), Mark.objects.count()) == (0, 0)
    assert browser.get("/firms/").status_code == 200


def test_sharing_and_the_views_of_others_need_a_grant(kim: User, park: User) -> None:
    view = _view(kim)
    browser = Browser()
    browser.force_login(kim)
    browser.post(f"/views/{view.pk}/share", {"role": "all"})
    view.refresh_from_db()
    assert view.audience == "me"
    commands.share(view, audience="all", by=_all(kim))
    browser.force_login(park)
    browser.post(f"/views/{view.pk}/rename", {"name": "내 것"})
    browser.post(f"/views/{view.pk}/delete")
    view.refresh_from_db()
    assert view.name == "서울"


def test_a_shared_view_shows_no_rows_its_reader_may_not_see(kim: User, park: User) -> None:
    Firm.objects.create(code="F1", name="서울상사")
    view = _view(kim)
    commands.share(view, audience="all", by=_all(kim))
    commands.pin(view, pinned=True, by=identity.only(_all(park), commands.pin.permission))
    browser = Browser()
    browser.force_login(park)
    assert browser.get(view.address).status_code == 403
    assert view.name not in browser.get("/").content.decode()
    browser.force_login(kim)
    assert "서울상사" in browser.get(view.address).content.decode()


def test_another_persons_view_is_not_there(kim: User, park: User) -> None:
    view = _view(kim)
    browser = Browser()
    browser.force_login(park)
    assert browser.post(f"/views/{view.pk}/delete").status_code == 404
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_the_menu_of_columns_stands_over_a_grouped_list(kim: User) -> None:
    kim.is_superuser = True
    kim.save()
    firm = Firm.objects.create(code="F1", name="서울상사")
    client = Client.objects.create(code="C1", name="한강")
    Deal.objects.create(number="D1", company=firm, client=client, ordered_on="2026-11-01", total=5)
    browser = Browser()
    browser.force_login(kim)
    page = browser.get("/deals/?group=client&fields=number,currency,total").content.decode()
    assert '<tr class="group"><th scope="rowgroup">한강 <span class="count">1</span></th>' in page
    assert 'value="note"' in page
