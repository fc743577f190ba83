"""Where this installation keeps its data, and the secrets that live there."""

import hashlib
import os
import secrets
from pathlib import Path


def directory() -> Path:
    """The data directory: ONMARU_HOME, else /var/lib/onmaru for root, else the user's XDG data directory."""
    named = os.environ.get("ONMARU_HOME")
    if named:
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/onmaru")
    shared = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(shared) / "onmaru"


def prepare() -> Path:
    """Create the data directory when it is missing; as root, others may pass through but not look."""
    home = directory()
    if not home.is_dir():
        home.mkdir(parents=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    return home


def secret_keys() -> list[str]:
    """The signing key and, after it, older ones that still open what they sealed.

    ONMARU_SECRET_KEY (older ones after commas), else lines of a file made once beside the data, readable by its owner.
    """
    named = os.environ.get("ONMARU_SECRET_KEY")
    if named:
        return named.split(",")
    path = prepare() / "secret_key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(50))
    return path.read_text().split()


def add_secret_keys(keys: list[str]) -> None:
    """Make the first of `keys` the signing key; those known before go on opening what they sealed."""
    if os.environ.get("ONMARU_SECRET_KEY"):
        return
    lines = "\n".join(dict.fromkeys([*keys, *secret_keys()]))
    path = prepare() / "secret_key"
    fresh = path.with_name(".secret_key.new")
    fresh.unlink(missing_ok=True)
    _write_once(fresh, lines)
    fresh.replace(path)


def _write_once(path: Path, text: str) -> None:
    # Two processes may start together: both write their own file, the first link wins and both read that one.
    mine = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(mine, path)
    except FileExistsError:
        pass
    finally:
        mine.unlink()


def short_name(path: Path) -> str:
    """Eight hexadecimal digits that stand for a path."""
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]


def built(checkout: Path, package: Path) -> Path:
    """Where the built browser assets are: inside an installed package, else below the checkout."""
    shipped = package / "built"
    return shipped if shipped.is_dir() else checkout / "build"
