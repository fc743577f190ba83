"""Fields that hold a file, and words of the company's own that the search finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from onmaru.kernel import identity, permissions
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, RecordRule, Role, User
from onmaru.office.shaping import commands, rules
from onmaru.office.shaping.queries import attached
from onmaru.office.shaping.tests.conftest import Define
from onmaru.workbench import history, listing, registry, search
from onmaru.workbench.entity import Entity
from tests import proofs
from tests.scratch import commands as scratch
from tests.scratch.models import Client

RIGHTS = ("scratch.client.view", "scratch.client.edit_client", "kernel.storedfile.attach")


@pytest.fixture
def her(by: Actor) -> Client:
    return scratch.create_client(by=by, code="C1", name="한빛상사")


def clients() -> Entity:
    found = registry.get("clients")
    assert found is not None
    return registry.now(found)


def signed_in(login: str, *may: str) -> tuple[Browser, Role]:
    user = User.objects.create_user(login)
    role = Role.objects.create(code=login, name_ko=login, name_en=login, permissions=list(may))
    Grant.objects.create(user=user, role=role)
    browser = Browser()
    browser.force_login(user)
    return browser, role


def sent(browser: Browser, field: Any, name: str = "도면.pdf", content: bytes = b"%PDF") -> Any:
    return browser.post(f"/shaping/files/{field.pk}", {"file": SimpleUploadedFile(name, content)})


def test_a_file_is_sent_kept_shown_and_taken_out(by: Actor, define: Define, her: Client) -> None:
    field = define("file", "도면", kind="scratch.client", name="x_plan")
    browser, _role = signed_in("park", *RIGHTS)
    answer = sent(browser, field).json()
    assert answer.get("name") == "도면.pdf", answer
    saved = browser.post(
        f"/clients/{her.pk}/edit", {"name": her.name, "x_plan": answer["pass"], "version": 1}
    )
    assert saved.status_code == 302, saved.content.decode()
    her.refresh_from_db()
    assert her.custom["x_plan"]["name"] == "도면.pdf"
    address = f"/shaping/file/scratch.client/{her.pk}/x_plan"
    page = browser.get(f"/clients/{her.pk}/").content.decode()
    assert address in page and "도면.pdf" in page
    taken = browser.get(address)
    assert (taken.content, taken.headers["Content-Type"]) == (b"%PDF", "application/octet-stream")
    # What nobody touched comes back as it was; what is taken away is gone.
    form = browser.get(f"/clients/{her.pk}/edit").content.decode()
    assert answer["pass"] in form
    assert browser.get("/clients/?x_plan__contains=도면").content.decode().count("한빛상사")
    browser.post(f"/clients/{her.pk}/edit", {"name": her.name, "x_plan": "", "version": 2})
    her.refresh_from_db()
    assert "x_plan" not in her.custom
    told = " ".join(str(one) for one in history.of(her, by))
    assert "도면.pdf" in told


def test_a_file_is_named_by_its_pass_alone(by: Actor, define: Define, her: Client) -> None:
    field = define("file", "도면", kind="scratch.client", name="x_plan")
    browser, _role = signed_in("park", *RIGHTS)
    stored = sent(browser, field).json()["pass"]
    for guessed in ("도면.pdf", "1", f"{stored.split(':')[0]}:wrong/도면.pdf"):
        with proofs.refused(attached.FILE_UNKNOWN, at="x_plan"):
            scratch.edit_client(her, by=by, name=her.name, custom={"x_plan": guessed})
    assert sent(browser, field, content=b"").status_code == 422
    stranger, _none = signed_in("lee", "scratch.client.view")
    assert sent(stranger, field).status_code == 422
    assert browser.post("/shaping/files/0").status_code == 404


def test_who_does_not_see_the_record_or_the_field_gets_no_file(
    by: Actor, define: Define, her: Client
) -> None:
    field = define("file", "도면", kind="scratch.client", name="x_plan")
    browser, role = signed_in("park", *RIGHTS)
    stored = sent(browser, field).json()["pass"]
    scratch.edit_client(her, by=by, name=her.name, custom={"x_plan": stored})
    address = f"/shaping/file/scratch.client/{her.pk}/x_plan"
    stranger, _role = signed_in("lee", "scratch.firm.view")
    assert stranger.get(address).status_code == 404
    assert browser.get("/shaping/file/scratch.nothing/1/x_plan").status_code == 404
    RecordRule.objects.create(role=role, kind="scratch.client", hidden=["x_plan"])
    assert browser.get(address).status_code == 404
    with proofs.refused(permissions.FIELD_NOT_YOURS, at="x_plan"):
        him = identity.actor(User.objects.get(username="park"))
        scratch.edit_client(her, by=him, name=her.name, custom={"x_plan": ""})
    refused = browser.patch(f"/api/clients/{her.pk}", {"x_plan": stored}, "application/json")
    assert refused.status_code in (403, 422), refused.content
    assert "도면.pdf" not in browser.get(f"/clients/{her.pk}/").content.decode()


def test_own_words_are_found_by_the_search(by: Actor, define: Define, her: Client) -> None:
    define("text", "별칭", kind="scratch.client", name="x_alias", searched=True)
    plain = define("text", "메모", kind="scratch.client", name="x_note")
    scratch.edit_client(her, by=by, name=her.name, custom={"x_alias": "Daejeon Mill", "x_note": "secret"})
    found = [row.record for row in listing.page(clients(), by, {"q": "mill daejeon"}).rows]
    assert found == [her]
    assert not listing.page(clients(), by, {"q": "secret"}).rows
    assert [hit.id for one in search.everywhere(by, "Mill") for hit in one.hits] == [her.pk]
    assert not search.everywhere(by, "secret")
    assert [row.record for row in listing.page(clients(), by, {"q": "한빛"}).rows] == [her]
    assert plain.searched is False
    with proofs.refused(rules.SEARCHED_WORDS, at="searched"):
        commands.fields.create(by=by, kind="scratch.client", type="number", label_ko="수", searched=True)
