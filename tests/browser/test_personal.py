"""What is asked of a person: a birthday as people write it or from the calendar. And a menu that is read whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from onmaru.kernel import identity
from onmaru.kernel.models import User
from onmaru.office.shaping import commands
from onmaru.office.shaping.queries import live
from tests.browser.conftest import PHONE, Visit, sideways
from tests.scratch.models import Client

pytestmark = pytest.mark.browser

CUT = """() => {
  document.querySelectorAll(".rail details").forEach((area) => (area.open = true));
  const links = [...document.querySelectorAll(".rail nav a")];
  links.forEach((one) => one.setAttribute("aria-current", "page"));
  const edge = document.querySelector(".rail nav").getBoundingClientRect().right;
  const cut = (one) => one.scrollWidth > one.clientWidth || one.getBoundingClientRect().right > edge;
  const labels = links.flatMap((one) => [...one.querySelectorAll("span")]);
  return [links.length, labels.filter(cut).map((one) => one.textContent)];
}"""
# No browser draws its own calendar without a screen.
PICKS = "() => { HTMLInputElement.prototype.showPicker = function () { this.dataset.shown = ''; }; }"
CHOOSES = "(one, day) => { one.value = day; one.dispatchEvent(new Event('change', {bubbles: true})); }"


@pytest.fixture(autouse=True)
def shape() -> Iterator[None]:
    yield
    live.forget()


def test_a_personal_day_is_typed_as_people_write_it_or_chosen(visit: Visit) -> None:
    said: dict[str, Any] = {
        "kind": "scratch.client",
        "label_ko": "생일",
        "name": "x_born",
        "privacy": "personal",
    }
    commands.fields.create(by=identity.system("test"), type="date", **said)
    page = visit(path="/clients/new")
    page.fill("#f-code", "C901")
    page.fill("#f-name", "홍길동")
    page.fill("#f-x_born", "어제쯤")
    page.click(".saving button[type=submit]")
    expect(page.locator("#w-x_born")).to_contain_text("생일")
    expect(page.locator("#f-x_born")).to_have_value("어제쯤")
    page.fill("#f-x_born", "87.6.5")
    page.click(".saving button[type=submit]")
    page.wait_for_selector(".record")
    made = Client.objects.get(code="C901")
    assert made.custom == {"x_born": "1987-06-05"} and "1987" not in page.inner_text(".record")

    page.set_viewport_size(PHONE)
    page.goto(f"/clients/{made.pk}/edit")
    box = page.locator("#f-x_born")
    expect(box).to_have_value("●●●●")
    page.evaluate(PICKS)
    page.get_by_role("button", name="생일 날짜 고르기").click()
    calendar = page.locator(".day > [type=date][data-shown]")
    calendar.evaluate(CHOOSES, "1990-01-31")
    expect(box).to_have_value("1990-01-31")
    expect(box).to_be_focused()
    assert sideways(page) == 0
    page.click(".saving button[type=submit]")
    page.wait_for_selector(".record")
    made.refresh_from_db()
    assert made.custom == {"x_born": "1990-01-31"}


def test_every_label_of_the_menu_is_read_whole(visit: Visit) -> None:
    page = visit()
    for language in ("ko", "en"):
        User.objects.update(language=language)
        page.goto("/")
        count, cut = page.evaluate(CUT)
        assert (count > 50, cut) == (True, [])
