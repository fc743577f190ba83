"""Run every test. Arguments go to pytest."""

import os
import shutil
import subprocess
import sys

from onmaru.app import assets, checkout, house

NAMES = ("chromium", "chromium-browser", "google-chrome")
NEEDED = "A browser is needed for the tests marked `browser`: apt-get install chromium fonts-noto-cjk"


def run(arguments: list[str]) -> int:
    """Return pytest's exit code; without a browser its tests are left out, loudly, before and after."""
    root = checkout.require()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    house.wake()
    assets.require()
    left_out = []
    browser = chromium()
    if browser:
        os.environ["ONMARU_CHROMIUM"] = browser
    else:
        print(NEEDED, file=sys.stderr)
        left_out = ["-m", "not browser"]
    code = subprocess.run(
        [sys.executable, "-m", "pytest", *left_out, *arguments], cwd=root, check=False
    ).returncode
    if left_out:
        print(f"The browser tests were left out. {NEEDED}", file=sys.stderr)
    return code


def chromium() -> str | None:
    """The path of a Chromium; as root one is installed when there is none."""
    found = _found()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing a Chromium for the browser tests ...", file=sys.stderr, flush=True)
        quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
        for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"]):
            subprocess.run(["apt-get", "-qq", *words], check=False, **quiet)  # type: ignore[call-overload]
        found = _found()
    return found


def _found() -> str | None:
    named = os.environ.get("ONMARU_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)
