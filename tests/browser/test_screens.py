"""Every screen of the house, in turn: it fits a narrow phone, keeps nobody out in any look, and comes light.

One page stays open and takes the insides of the others, which is ten times as quick as opening each; what scripts draw
by themselves is looked at in `test_views`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from onmaru.kernel import identity
from onmaru.workbench import registry, report
from onmaru.workbench.tests import samples
from onmaru.workbench.views import faces
from tests.browser.conftest import PHONE, Visit

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
FIRST, FURTHER = 300_000, 30_000
LOOKS = [("light", "system"), ("dark", "system"), ("light", "high"), ("dark", "high")]
WALK = (Path(__file__).parent / "walk.js").read_text()


def test_every_screen_fits_a_phone_keeps_nobody_out_and_is_light(visit: Visit) -> None:
    page = visit(size=PHONE)
    page.set_default_timeout(300_000)
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        WALK, {"paths": [*dict.fromkeys(_screens())], "looks": LOOKS, "first": FIRST, "after": FURTHER}
    )
    assert found["seen"] > 2 * len(list(registry.every()))
    assert "\n".join(found["wrong"]) == ""


def _screens() -> Iterator[str]:
    """Each entity's list, one of its faces in turn, form and record, each report, and every address that stands
    by itself."""
    by = identity.system("tester")
    for place, entity in enumerate(registry.every()):
        yield f"/{entity.name}/"
        offered = faces.of(entity)
        yield f"/{entity.name}/?face={offered[place % len(offered)].name}"
        if entity.create:
            yield f"/{entity.name}/new"
        if record := _sample(entity):
            yield f"/{entity.name}/{record.pk}/"
    yield from (f"/reports/{one.name}/" for one in report.every(by))
    yield from (one for one in _plain(get_resolver()) if not re.match(r"/(api|account|static)/", one))


def _sample(entity: Any) -> Any:
    try:
        return samples.some(entity, identity.system("tester"), 1)[-1]
    except (Exception, pytest.skip.Exception):
        return None


def _plain(found: URLResolver, before: str = "/") -> Iterator[str]:
    """The addresses without a part that differs."""
    for one in found.url_patterns:
        path = f"{before}{one.pattern}"
        if one.pattern.converters or not re.fullmatch(r"[\w/.-]*", str(one.pattern)):
            continue
        if isinstance(one, URLPattern):
            yield path
        else:
            yield from _plain(one, path)
