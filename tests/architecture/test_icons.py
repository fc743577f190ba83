"""The sprite holds every icon that a declaration or a template names."""

import re
from pathlib import Path

from onmaru.workbench import registry, report

ROOT = Path(__file__).resolve().parent.parent.parent
SPRITE = set((ROOT / "web/src/icons.txt").read_text().split())


def test_icons_of_entities_are_in_the_sprite() -> None:
    assert {one.icon for one in registry.every()} | {one.icon for one in report.every()} <= SPRITE


def test_icons_of_pages_are_in_the_sprite() -> None:
    templates = (ROOT / "onmaru").rglob("templates/**/*.html")
    named = {name for path in templates for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())}
    assert named <= SPRITE
