from collections.abc import Iterator

import pytest
from pytest_django import Settings

from onmaru.kernel import sealed


@pytest.fixture(autouse=True)
def keys_of_this_test() -> Iterator[None]:
    sealed._keys.cache_clear()
    yield
    sealed._keys.cache_clear()


def test_a_sealed_number_shows_its_end_and_opens_whole() -> None:
    kept = sealed.seal("110-222-333444")
    assert (str(kept), kept.open()) == ("●●●●3444", "110-222-333444")
    assert "333444" not in kept.stored
    assert sealed.Sealed(kept.stored).open() == "110-222-333444"
    assert sealed.seal("1|2").open() == "1|2"


def test_a_short_number_shows_nothing() -> None:
    assert str(sealed.seal("1234567")) == sealed.MASK


def test_a_former_secret_still_opens(settings: Settings) -> None:
    kept = sealed.seal("110-222-333444")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    sealed._keys.cache_clear()
    assert kept.open() == "110-222-333444"
