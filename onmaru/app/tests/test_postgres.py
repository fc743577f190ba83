"""The supervisor, each case from a failure that was seen."""

import os
import signal
import time
from pathlib import Path

import psycopg
import pytest

from onmaru.app import database, postgres
from onmaru.app.postgres import process

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(database.external()), reason="an external PostgreSQL is in use"),
]


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> postgres.Cluster:
    home = tmp_path_factory.mktemp("home")
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    return postgres.Cluster(home, durable=False)


def ask(cluster: postgres.Cluster, sql: str) -> object:
    where = {"host": str(cluster.sockets), "user": postgres.ROLE, "dbname": postgres.DATABASE}
    with psycopg.connect(**where) as connection:  # type: ignore[arg-type]
        row = connection.execute(sql).fetchone()
    return row[0] if row else None


def postmaster(cluster: postgres.Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def test_hangul_is_letters_to_trigrams_and_to_the_case_of_words(cluster: postgres.Cluster) -> None:
    with cluster.running():
        assert ask(cluster, "select cardinality(show_trgm('한국상사'))") == 5
        assert ask(cluster, "select upper('straße') = 'STRASSE'")
        assert ask(cluster, "select not rolsuper from pg_roles where rolname = current_user")


def test_only_its_owner_can_enter_and_no_port_listens(cluster: postgres.Cluster) -> None:
    with cluster.running():
        assert cluster.sockets.stat().st_mode & 0o777 == 0o700
        assert ask(cluster, "show listen_addresses") == ""
        assert os.stat(f"/proc/{postmaster(cluster)}").st_uid != 0


def test_the_last_user_stops_it_and_not_the_first(cluster: postgres.Cluster) -> None:
    other = postgres.Cluster(cluster.home, durable=False)
    with cluster.running():
        with other.running():
            pass
        assert cluster.answers()
    assert not cluster.answers()


def test_a_killed_server_starts_again(cluster: postgres.Cluster) -> None:
    with cluster.running():
        pid = postmaster(cluster)
        os.kill(pid, signal.SIGKILL)
        assert process.wait(lambda: not process.alive(pid), 5)
        with cluster.running():
            assert ask(cluster, "select 1") == 1


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(cluster: postgres.Cluster) -> None:
    with cluster.running():
        pass
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n{int(time.time())}\n")
    with cluster.running():
        assert ask(cluster, "select 1") == 1


def test_a_creation_that_was_interrupted_leaves_nothing(cluster: postgres.Cluster) -> None:
    half = cluster.root / "new-half"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with cluster.running():
        assert not half.exists()


def test_a_long_home_gets_a_short_socket(tmp_path: Path) -> None:
    deep = postgres.Cluster(tmp_path / ("x" * 120))
    assert len(str(deep.sockets / ".s.PGSQL.5432.lock")) < 108
    assert deep.sockets != postgres.Cluster(tmp_path / ("y" * 120)).sockets


def test_an_unreachable_home_is_said_kindly(tmp_path: Path) -> None:
    if os.geteuid():
        pytest.skip("only root runs the server as somebody else")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(postgres.Unable, match="Set ONMARU_HOME"), postgres.Cluster(closed / "home").running():
        pass


def test_data_of_another_version_is_left_alone_and_said_kindly(cluster: postgres.Cluster) -> None:
    with cluster.running():
        pass
    version = cluster.data / "PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(postgres.Unable, match="written by PostgreSQL 14"), cluster.running():
        pass
