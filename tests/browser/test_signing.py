"""Signing in without a password, and with a second factor, as people do it: a passkey and an authenticator app."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect

from onmaru.kernel.models import User
from tests.browser.conftest import PASSWORD, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a laptop with a fingerprint reader says of itself; the finger is always there.
READER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def _plain_http(settings: Any) -> None:
    """The house under test has no certificate; a browser trusts localhost all the same."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    settings.MFA_TOTP_TOLERANCE = 1


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.click("form button.primary")
    page.wait_for_url("**/account/login/**")


def test_a_passkey_is_added_and_signs_its_owner_in(visit: Visit) -> None:
    page = visit("park", path="/account/2fa/webauthn/add/")
    reader = page.context.new_cdp_session(page)
    reader.send("WebAuthn.enable")
    reader.send("WebAuthn.addVirtualAuthenticator", {"options": READER})
    page.fill("[name=name]", "노트북 지문")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda address: "/add/" not in address)
    sign_out(page)

    page.click("#passkey_login")

    page.wait_for_selector(".shell")
    page.goto("/account/2fa/webauthn/")
    expect(page.locator("body")).to_contain_text("노트북 지문")


def test_an_authenticator_app_is_asked_after_the_password(visit: Visit) -> None:
    page = visit("park", path="/account/2fa/totp/activate/")
    secret = page.locator("#authenticator_secret").input_value()
    page.fill("[name=code]", code(secret))
    page.click("form[action*='totp/activate'] button.primary")
    page.wait_for_url(lambda address: "activate" not in address)
    sign_out(page)

    page.fill("#login", "park")
    page.fill("#password", PASSWORD)
    page.click("#sign-in button[type=submit]")
    page.wait_for_url("**/account/2fa/authenticate/**")
    page.fill("[name=code]", "000000")
    page.locator("form[action*='authenticate'] button.primary").first.click()
    expect(page.locator(".shell")).to_have_count(0)
    page.fill("[name=code]", code(secret, later=1))
    page.locator("form[action*='authenticate'] button.primary").first.click()
    page.wait_for_selector(".shell")
    assert User.objects.get(username="park").authenticator_set.filter(type="totp").exists()


def code(secret: str, *, later: int = 0) -> str:
    """What the app shows now, or ``later`` half minutes from now: no code is taken twice."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + later)))
