"""The embedded PostgreSQL and Redis: roles, survival, and that nothing of the machine is changed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from script.lib import account, ports, postgres_binaries, services
from script.lib.ending import CannotStart
from script.lib.keys import Keys
from script.lib.paths import ROOT
from script.lib.postgres import Postgres
from script.lib.run import Run
from tests.script.launched import is_empty_soon

pytestmark = [pytest.mark.engine, pytest.mark.enable_socket]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="SKIPPED LOUDLY: only root has to become somebody else")

WAITING = """
import json, signal, sys
from pathlib import Path
from script.lib import ending, services
from script.lib.keys import Keys
from script.lib.run import Run

def main():
    with Run(Path(sys.argv[1])) as run:
        services.start(run, Keys(run.folder), durable=False)
        print(json.dumps(run.environment["DATABASE_OWNER_URL"]), flush=True)
        signal.pause()
# The tests may run under nohup, which has HUP ignored.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
sys.exit(ending.run(main))
"""


def value(url: str, query: str) -> object:
    """The one value that `query` answers."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def do(url: str, statement: str) -> None:
    """Execute one statement."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def test_the_application_role_has_what_it_is_granted_and_owns_nothing() -> None:
    with Run() as run:
        services.start(run, Keys(run.folder), durable=False)
        owner, application = run.environment["DATABASE_OWNER_URL"], run.environment["DATABASE_URL"]
        do(owner, "CREATE TABLE thing (id int PRIMARY KEY)")
        do(owner, "GRANT SELECT, INSERT ON thing TO connector_app")
        do(application, "INSERT INTO thing VALUES (1)")
        assert value(application, "SELECT count(*) FROM thing") == 1
        for forbidden in ("CREATE TABLE other ()", "DROP TABLE thing", "TRUNCATE thing", "CREATE DATABASE other"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                do(application, forbidden)
        rights = "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert [value(url, rights) for url in (owner, application)] == [False, False]
        do(owner, "CREATE DATABASE test_connector")
        with redis.Redis.from_url(run.environment["REDIS_URL"]) as client:
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_strangers_need_the_password() -> None:
    with Run() as run:
        services.start(run, Keys(run.folder), durable=False)
        port = run.environment["DATABASE_URL"].rpartition(":")[2].partition("/")[0]
        for role in ("postgres", "connector_owner"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                do(f"postgres://{role}@127.0.0.1:{port}/postgres", "SELECT 1")
        without = re.sub(":[^:@]+@", "", run.environment["REDIS_URL"])
        with redis.Redis.from_url(without) as client, pytest.raises(redis.AuthenticationError):
            client.ping()
        kept = run.folder / "keys.json"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_two_runs_stand_beside_each_other() -> None:
    with Run() as one, Run() as other:
        for run in (one, other):
            services.start(run, Keys(run.folder), durable=False)
        do(one.environment["DATABASE_OWNER_URL"], "CREATE TABLE only_here ()")
        assert value(other.environment["DATABASE_OWNER_URL"], "SELECT to_regclass('only_here') IS NULL")
        assert one.environment["REDIS_URL"] != other.environment["REDIS_URL"]


@as_root
def test_under_a_closed_home_no_mode_changes_and_the_copy_of_the_binaries_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    folder = home / "clone" / "var"
    folder.mkdir(parents=True)
    home.chmod(0o700)
    monkeypatch.setattr(postgres_binaries, "is_open_to_all", lambda _: False)
    before = {place: place.stat() for place in (folder, *folder.parents)}
    with Run(folder) as run:
        postgres = Postgres(run, Keys(folder), durable=False)
        server = Path(f"/proc/{run.processes[0].pid}/exe").resolve()
        assert server.name == "postgres"
        assert not server.is_relative_to(home)
        assert value(postgres.url("connector_app"), "SELECT current_user") == "connector_app"
    assert not server.exists()
    for place, was in before.items():
        now = place.stat()
        assert (now.st_mode, now.st_uid) == (was.st_mode, was.st_uid), place


@as_root
def test_a_namespace_whose_only_user_is_root_will_do(tmp_path: Path) -> None:
    alone = ["unshare", "--user", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("SKIPPED LOUDLY: this machine makes no user namespaces, so none was tried")
    process = subprocess.Popen(
        [*alone, sys.executable, "-c", WAITING, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert "connector_owner" in process.stdout.readline()
    process.terminate()
    assert process.wait(30) == 128 + signal.SIGTERM
    assert is_empty_soon(tmp_path)


def test_the_data_survives_a_power_cut_and_a_pid_file_that_names_a_stranger(tmp_path: Path) -> None:
    with Run(tmp_path) as run:
        url = Postgres(run, Keys(tmp_path)).url("connector_owner")
        do(url, "CREATE TABLE kept AS SELECT 1 AS one")
        run.processes[0].kill()
    pid_file = tmp_path / "postgres" / "postmaster.pid"
    rest = pid_file.read_text().split("\n", 1)[1]
    pid_file.write_text(f"{os.getpid()}\n{rest}")
    with Run(tmp_path) as run:
        url = Postgres(run, Keys(tmp_path)).url("connector_owner")
        assert value(url, "SELECT one FROM kept") == 1


def test_a_server_left_over_from_last_time_is_ended_first(tmp_path: Path) -> None:
    with Run(tmp_path) as last:
        do(Postgres(last, Keys(tmp_path)).url("connector_owner"), "CREATE TABLE kept AS SELECT 1 AS one")
        left_over = last.processes[0]
        with Run(tmp_path) as run:
            url = Postgres(run, Keys(tmp_path)).url("connector_owner")
            assert not left_over.is_alive()
            assert value(url, "SELECT one FROM kept") == 1


def test_a_cluster_that_was_only_half_made_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")
    with Run(tmp_path) as run:
        assert value(Postgres(run, Keys(tmp_path), durable=False).url("connector_app"), "SELECT 1") == 1


def test_data_of_another_version_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("12\n")
    (tmp_path / "postgres.made").touch()
    with Run(tmp_path) as run, pytest.raises(CannotStart, match="written by PostgreSQL 12"):
        Postgres(run, Keys(tmp_path))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGINT])
def test_no_signal_leaves_anything_behind(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    code = {signal.SIGKILL: -signal.SIGKILL, signal.SIGHUP: 128 + signal.SIGTERM, signal.SIGINT: 130}[number]
    assert process.wait(30) == code
    assert is_empty_soon(tmp_path)


def test_addresses_of_others_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://someone@db.example/shop")
    monkeypatch.setenv("REDIS_URL", "redis://cache.example/1")
    with Run() as run:
        services.start(run, Keys(run.folder))
        assert run.processes == []
        assert run.environment["DATABASE_OWNER_URL"] == "postgres://someone@db.example/shop"


def test_an_owner_without_a_database_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgres://owner@db.example/shop")
    with Run() as run, pytest.raises(CannotStart, match="set both, or neither"):
        services.start(run, Keys(run.folder))


def test_a_port_asked_for_must_be_free_and_one_remembered_need_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {taken}, asked for the pages, is taken"):
            ports.chosen(taken, "pages")
        assert ports.chosen(None, "pages", remembered=taken) != taken
    free = ports.free_port()
    assert ports.LOWEST <= free <= ports.HIGHEST
    assert ports.chosen(None, "pages", remembered=free) == free


def test_an_account_is_chosen_by_who_owns_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert account.unprivileged(tmp_path) == account.OURSELVES
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "_is_mapped", lambda _: True)
    assert account.unprivileged(tmp_path / "missing").uid == account.NOBODY
    monkeypatch.setattr(Path, "stat", lambda _: os.stat_result((0, 0, 0, 0, 1234, 0, 0, 0, 0, 0)))
    monkeypatch.setattr(Path, "exists", lambda _: True)
    assert account.unprivileged(tmp_path).uid == 1234
