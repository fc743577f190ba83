"""The pages of an account, which others wrote, say what the house says."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from onmaru.kernel.models import User


def test_the_english_of_account_pages_is_the_houses_own(db: Any) -> None:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(User.objects.create_user("kim", language="en"))
    page = browser.get(reverse("mfa_index")).content.decode()
    assert "Two-step sign-in</h1>" in " ".join(page.split()).replace(" </h1>", "</h1>")
    assert "Passkeys and security keys" in page
    assert "Two-Factor" not in page and "Security Keys" not in page
