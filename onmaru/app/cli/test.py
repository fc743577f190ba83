"""Run every test, in two processes side by side. Arguments go to one pytest instead."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from onmaru.app import assets, checkout, house

NAMES = ("chromium", "chromium-browser", "google-chrome")
NEEDED = "A browser is needed for the tests marked `browser`: apt-get install chromium fonts-noto-cjk"
LIGHT = "onmaru/kernel"  # goes where the time for it is
LANES = (
    ["tests/architecture", "tests/browser", "tests/stories", LIGHT],
    ["onmaru", f"--ignore={LIGHT}", "bench", "tests/entities"],
)  # each with a database of its own; the first takes as long as the second
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|deselected|xfailed|xpassed)")


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
    command = [sys.executable, "-m", "pytest", *left_out]
    if arguments:
        code = subprocess.run([*command, *arguments], cwd=root, check=False).returncode
    else:
        code = both(command, root)
    if left_out:
        print(f"The browser tests were left out. {NEEDED}", file=sys.stderr)
    return code


def both(command: list[str], root: Path) -> int:
    """Run the lanes at once: the first is heard as it goes, the second after it, then what they come to."""
    started = time.monotonic()
    with ThreadPoolExecutor(2) as side_by_side:
        lanes = [side_by_side.submit(_lane, [*command, *paths], root, paths is LANES[0]) for paths in LANES]
        (code, heard), (other, unheard) = [lane.result() for lane in lanes]
    print("", *unheard, sep="\n")
    counts = Counter[str]()
    for words in (heard, unheard):
        counts.update({word: int(count) for count, word in COUNT.findall("".join(words[-1:]))})
    told = ", ".join(f"{count} {word}" for word, count in counts.items())
    print(f"In all {told} in {time.monotonic() - started:.0f} s")
    return max(code, other)


def _lane(command: list[str], root: Path, aloud: bool) -> tuple[int, list[str]]:  # noqa: FBT001 - one of two
    # A pytest that starts closes the folder of all its user's runs, and with it the databases that stand in there.
    with tempfile.TemporaryDirectory(prefix="onmaru-test-") as place:
        Path(place).chmod(0o711)
        kept = os.environ | {"PYTEST_DEBUG_TEMPROOT": place}
        lane = subprocess.Popen(
            command, cwd=root, env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        words = []
        for line in lane.stdout or ():
            words.append(line.rstrip())
            if aloud:
                print(line, end="", flush=True)
        return lane.wait(), words


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
