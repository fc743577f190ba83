"""What every commit passes: format, lint, types, contracts, tidy, fast tests."""

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from onmaru.app import checkout, house

LONGEST = 80  # lines of a failing step; its own command shows the rest
ENGINE = ["onmaru/kernel", "onmaru/workbench"]
PYTHON = ["run", "onmaru", "tests", "bench", "conftest.py"]


@dataclass(frozen=True)
class Step:
    """One line of the list that a check reads as."""

    name: str
    command: list[str]


def run(arguments: list[str]) -> int:
    """Run every step, the tests of the rooms beside the rest, and show the words of those that fail."""
    argparse.ArgumentParser("run check", description=__doc__).parse_args(arguments)
    root = checkout.require()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    house.wake()
    started = time.monotonic()
    with ThreadPoolExecutor(2) as lanes:
        results = [
            passed for lane in lanes.map(lambda steps: _lane(steps, root), _lanes()) for passed in lane
        ]
    print(f"{'All passed' if all(results) else 'FAILED'} in {time.monotonic() - started:.0f} s")
    return 0 if all(results) else 1


def _lanes() -> list[list[Step]]:
    modules = [sys.executable, "-m"]
    fast = [*modules, "pytest", "-m", "not slow and not browser"]
    engine = [
        Step("format", [*modules, "ruff", "format", "--check", "--output-format=concise", *PYTHON]),
        Step("lint", [*modules, "ruff", "check", "--output-format=concise", *PYTHON]),
        Step("contracts", [str(Path(sys.executable).with_name("lint-imports")), "--no-logo"]),
        Step("tidy", [*fast, "tests/architecture"]),
        Step("types", [*modules, "mypy"]),
        Step("engine", [*fast, *ENGINE]),
    ]
    others = [f"--ignore={path}" for path in ("tests/architecture", *ENGINE)]
    return [engine, [Step("rooms", [*fast, *others])]]


def _lane(steps: list[Step], root: Path) -> list[bool]:
    return [_passes(step, root) for step in steps]


def _passes(step: Step, root: Path) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        step.command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    passed = done.returncode == 0
    words = "" if passed else "\n" + "\n".join(done.stdout.rstrip().splitlines()[-LONGEST:]) + "\n"
    print(
        f"{'ok  ' if passed else 'FAIL'} {step.name:<10} {time.monotonic() - started:5.1f} s{words}",
        flush=True,
    )
    return passed
