"""The first page of a house without data."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from onmaru.kernel.models import User
from onmaru.masters.party.commands import parties
from tests import companies

pytestmark = pytest.mark.django_db
WAY = 'href="/products/import"'


def first_page(user: User) -> str:
    browser = Browser()
    browser.force_login(user)
    return browser.get("/").content.decode()


def test_an_empty_house_says_what_to_enter_until_it_is_entered() -> None:
    first = User.objects.create_user("first")
    User.objects.filter(pk=first.pk).update(is_superuser=True)
    page = first_page(first)
    assert "시작하기" in page and WAY in page and 'href="/companies/new"' in page
    assert "시작하기" not in first_page(User.objects.create_user("clerk"))

    world = companies.build()
    assert WAY in first_page(first) and 'href="/companies/new"' not in first_page(first)
    world.product("P1")
    parties.create(by=companies.BY, name="(주)한빛상사")
    assert "시작하기" not in first_page(first)
