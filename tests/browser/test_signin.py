"""Signing in with more than a password: an authenticator app, its recovery codes, and a passkey without any."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from onmaru.kernel.models import User
from tests.browser.conftest import DESK, PASSWORD, PHONE, Visit, sideways

pytestmark = pytest.mark.browser

SECOND = "/account/2fa/"
BOTH = pytest.mark.parametrize(("language", "size"), [("ko", DESK), ("en", PHONE)])


def code_now(secret: str) -> str:
    """What an authenticator app shows: RFC 6238 with its defaults, six digits every thirty seconds.

    Like a person it lets the last seconds of a code go by.
    """
    left = 30 - time.time() % 30
    time.sleep(left if left < 5 else 0)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), "sha1").digest()
    (number,) = struct.unpack(">I", digest[digest[-1] & 15 :][:4])
    return f"{(number & 0x7FFFFFFF) % 10**6:06}"


def opened(page: Page, address: str) -> None:
    """From the page of the second step to one of its pages, the password asked once more."""
    page.goto(SECOND)
    page.locator(f"a[href='{address}']").click()
    page.wait_for_load_state()
    if "reauthenticate" in page.url:
        page.fill("main [name=password]", PASSWORD)
        page.locator("main .primary").click()
        page.wait_for_url(f"**{address}")
    assert sideways(page) == 0


def leave(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("main .primary").click()
    page.wait_for_url("**/account/login/**")


def knock(page: Page) -> None:
    """Name and password, which are not enough any more."""
    page.fill("#login", "kim")
    page.fill("#password", PASSWORD)
    page.click("#sign-in button[type=submit]")
    page.wait_for_url(f"**{SECOND}authenticate/")
    assert sideways(page) == 0


def answer(page: Page, code: str) -> None:
    page.fill("main [name=code]", code)
    page.locator("main .primary").click()


def inside(page: Page) -> None:
    page.wait_for_selector("html[data-ready] .shell")


@BOTH
def test_an_app_shows_the_code_and_recovery_codes_stand_in_for_it_once(
    visit: Visit, language: str, size: Any
) -> None:
    User.objects.update(language=language)
    page = visit("kim", size)
    opened(page, f"{SECOND}totp/activate/")
    secret = page.input_value("#authenticator_secret")
    answer(page, "00000")
    expect(page.locator("main .wrong")).to_be_visible()
    assert page.input_value("#authenticator_secret") == secret
    answer(page, code_now(secret))
    page.wait_for_url(f"**{SECOND}recovery-codes/")
    first, *others = page.input_value("#recovery_codes").split()
    assert (len(others), sideways(page)) == (9, 0)

    leave(page)
    knock(page)
    used = code_now(secret)
    answer(page, used)
    inside(page)
    leave(page)
    knock(page)
    answer(page, used)
    expect(page.locator("main .wrong")).to_be_visible()
    answer(page, first)
    inside(page)
    page.goto(SECOND)
    expect(page.locator("main")).to_contain_text({"ko": "10개 중 9개", "en": "9 out of 10"}[language])
    page.goto("/account/sessions/")
    expect(page.locator("main .card .state")).to_have_count(1)
    assert sideways(page) == 0
    leave(page)
    knock(page)
    answer(page, first)
    expect(page.locator("main .wrong")).to_be_visible()


def authenticator(page: Page) -> CDPSession:
    """A fingerprint reader in the machine, which says yes."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    reader = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    reader |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    key = line.send("WebAuthn.addVirtualAuthenticator", {"options": reader})["authenticatorId"]
    line.verify = lambda yes: line.send(  # type: ignore[attr-defined]
        "WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": yes}
    )
    return line


@BOTH
def test_a_passkey_is_enough_and_is_a_second_step_too(visit: Visit, language: str, size: Any) -> None:
    User.objects.update(language=language)
    page = visit("kim", size)
    line = authenticator(page)
    opened(page, f"{SECOND}webauthn/add/")
    page.locator("main [name=passwordless]").check()
    page.fill("main [name=name]", "노트북")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(f"**{SECOND}recovery-codes/")
    page.goto(f"{SECOND}webauthn/add/")
    page.fill("main [name=name]", "노트북 또 한 번")
    page.click("#mfa_webauthn_add")
    known = {"ko": "이미 등록되어", "en": "a passkey here already"}[language]
    expect(page.locator("[data-key-failed]")).to_contain_text(known)
    expect(page.locator("[data-key-failed]")).to_be_visible()
    page.goto(f"{SECOND}webauthn/")
    expect(page.locator("main .card")).to_contain_text("노트북")
    expect(page.locator("main .card .state")).to_have_text({"ko": "패스키", "en": "Passkey"}[language])
    assert sideways(page) == 0

    leave(page)
    line.verify(False)  # type: ignore[attr-defined]
    page.click("#passkey_login")
    expect(page.locator("[data-key-failed]")).to_be_visible()
    line.verify(True)  # type: ignore[attr-defined]
    page.click("#passkey_login")
    inside(page)
    leave(page)
    knock(page)
    expect(page.locator("main")).to_contain_text(re.compile("복구 코드로도|A recovery code"))
    expect(page.locator("main")).not_to_contain_text(re.compile("인증 앱|authenticator app"))
    page.click("#mfa_webauthn_authenticate")
    inside(page)
    opened(page, f"{SECOND}webauthn/")
    page.locator("main .card .danger").click()
    page.wait_for_url(re.compile("remove|reauthenticate"))
    if "reauthenticate" in page.url:
        page.fill("main [name=password]", PASSWORD)
        page.locator("main .primary").click()
    page.locator("main form .danger").click()
    page.wait_for_url(f"**{SECOND}**")
    leave(page)
    page.fill("#login", "kim")
    page.fill("#password", PASSWORD)
    page.click("#sign-in button[type=submit]")
    inside(page)
