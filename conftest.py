"""Every test runs on a real PostgreSQL: a copy of a template that is built once for each set of migrations."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import TransactionTestCase
from django.utils import timezone, translation
from hypothesis import settings

from onmaru.app import assets
from onmaru.office.shaping.queries import live
from tests import databases

# A busy machine is no mistake of the code: nothing here fails because it took long.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def built() -> None:
    """Have the browser side and the print fonts built: for what looks at pages in a browser or at printed paper."""
    assets.require()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Take the place of pytest-django's fixture of that name, which would migrate anew on each run."""
    with django_db_blocker.unblock(), databases.fresh() as renew:
        # Truncating would need to empty append-only ledgers, which refuse it, and would lose what migrations seeded.
        TransactionTestCase._fixture_teardown = lambda case: renew()  # type: ignore[attr-defined]
        yield


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Leave no test the language, the zone or the shape that a request of another put into this process."""
    yield
    translation.deactivate()
    timezone.deactivate()
    live.forget()
