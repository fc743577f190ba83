"""Supervisor of the embedded PostgreSQL: one cluster below a home, started by whoever needs it first.

Every process that uses the cluster holds a shared lock on `users.lock`; the last to let go stops the server. A process
that is killed loses its lock with its life, so nothing has to be cleaned up after it: liveness is asked of the server
(`pg_isready`), never of a pid file.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from onmaru.app import home as homes
from onmaru.app.postgres import account, process

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
        owner = account.of(self.data)
        if not self.answers():
            self._own_directories(owner)
            binaries = account.reachable_binaries(self.root, owner)
            if not (self.data / "PG_VERSION").exists():
                self._create(binaries, owner)
            self._require_same_version(binaries, owner)
            self._configure(owner)
            self._launch(binaries, owner)
        self._furnish()

    def answers(self) -> bool:
        """Whether the server accepts connections now."""
        return self._ready() == 0

    def program(self, name: str) -> Path:
        """The path of one of PostgreSQL's own programs, such as pg_dump."""
        return account.binaries() / name

    def _ready(self) -> int:
        command: list[str | Path] = [
            self.program("pg_isready"),
            "-q",
            "-t",
            "3",
            "-h",
            self.sockets,
            "-U",
            SUPERUSER,
        ]
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
            if process.wait(lambda: not process.alive(pid), seconds):
                return

    def _postmaster(self) -> int | None:
        """The pid in postmaster.pid, if that process really is a server on our data."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if process.serves(pid, self.data) else None

    def _own_directories(self, owner: pwd.struct_passwd) -> None:
        for directory in (self.root, self.log, self.sockets):
            directory.mkdir(parents=True, exist_ok=True)
            account.require_ours(directory, owner)
            if os.geteuid() == 0:
                os.chown(directory, owner.pw_uid, owner.pw_gid)
            directory.chmod(0o700)
        account.require_reachable(self.root, owner)

    def _create(self, binaries: Path, owner: pwd.struct_passwd) -> None:
        # Into a temporary directory first: a cluster is there whole or not at all.
        for leftover in self.root.glob("new-*"):
            shutil.rmtree(leftover)
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=self.root))
        if os.geteuid() == 0:
            os.chown(fresh, owner.pw_uid, owner.pw_gid)
        sync = [] if self.durable else ["--no-sync"]
        done = account.run_as(owner, [binaries / "initdb", "-D", fresh, *INITDB, *sync])
        if done.returncode:
            shutil.rmtree(fresh)
            raise account.Unable(
                f"PostgreSQL could not create its files below {self.root}:\n{done.stdout.strip()}"
            )
        with open(fresh / "postgresql.conf", "a") as file:
            file.write("\ninclude 'onmaru.conf'\ninclude_if_exists 'local.conf'\n")
        fresh.rename(self.data)

    def _require_same_version(self, binaries: Path, owner: pwd.struct_passwd) -> None:
        ours = account.run_as(owner, [binaries / "postgres", "--version"]).stdout.split()[2].split(".")[0]
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if ours != theirs:
            raise account.Unable(
                f"{self.data} was written by PostgreSQL {theirs}, this Onmaru brings {ours}. "
                "Back it up with the Onmaru that wrote it, and restore that file into an empty ONMARU_HOME."
            )

    def _configure(self, owner: pwd.struct_passwd) -> None:
        names = dict.fromkeys([owner.pw_name, account.myself(), "root"])
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
                raise account.Unable(
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
                **account.identity(owner),
            )
        process.wait(lambda: self.answers() or server.poll() is not None, RECOVERY_SECONDS)
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
            if not process.serves(pid, self.data):
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
        where = ["-h", str(self.sockets), "-U", SUPERUSER, "-d", database]
        command = [str(self.program("psql")), "-XAtq", "-v", "ON_ERROR_STOP=1", *where, "-c", sql]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise account.Unable(f"PostgreSQL refused to be set up: {done.stderr.strip()}")
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
        # A pivot by a customer keeps a million groups, and is no faster than the disk where they do not fit.
        "work_mem": f"{max(8, min(64, megabytes // 256))}MB",
        "random_page_cost": "1.1",
        "jit": "off",
        # Further processes take longer to start than a page takes to read: they are for what reads millions of rows.
        "parallel_setup_cost": "10000",
        # Plans are kept for as long as a connection lives; a table that doubles is looked at again soon.
        "autovacuum_naptime": "10s",
        "autovacuum_analyze_scale_factor": "0.05",
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
