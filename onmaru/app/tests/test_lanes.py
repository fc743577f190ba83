"""The two processes in which the tests run, and what is said of both."""

import sys
from pathlib import Path

import pytest

from onmaru.app.cli import test

SAYS = "import os, sys; print(os.environ['PYTEST_DEBUG_TEMPROOT'], *sys.argv[1:]); print({!r}); sys.exit({})"


def say(words: str, code: str = "0") -> list[str]:
    return [sys.executable, "-c", SAYS.format(words, code)]


def test_the_counts_of_both_lanes_are_added(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert test.both(say("3 passed, 1 skipped in 0.10s"), tmp_path) == 0
    said = capfd.readouterr().out
    assert "In all 6 passed, 2 skipped in" in said
    first, second = (line.split() for line in said.splitlines() if "onmaru-test-" in line)
    assert [first[1:], second[1:]] == [*test.LANES]
    assert first[0] != second[0]


@pytest.mark.parametrize("lane", test.LANES)
def test_one_lane_that_fails_fails_the_whole(lane: list[str], tmp_path: Path) -> None:
    assert test.both(say("1 failed in 0.10s", f"sys.argv[1] == {lane[0]!r}"), tmp_path) == 1
