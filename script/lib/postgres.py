"""A real PostgreSQL out of a Python wheel: the binaries are its, the launching is ours.

The wheel's own helper makes a system user and opens every parent folder to all when it runs as root; this one changes
no mode of a folder that is not its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import MappingProxyType

import psycopg
from psycopg import sql

from script.lib import account, ports, postgres_binaries
from script.lib.ending import CannotStart
from script.lib.keys import Keys
from script.lib.processes import Command
from script.lib.run import Run
from script.lib.talk import say

OWNER, APPLICATION, DATABASE, SUPERUSER = "connector_owner", "connector_app", "connector", "postgres"
ROLES = MappingProxyType(
    {
        # Creates databases: the tests make theirs with it.
        OWNER: "LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS",
        APPLICATION: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS",
    }
)
HERE = Path("/proc/self/cwd")
"""The working folder by a name that works where its real path leads through a folder closed to us (/root)."""

SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_wal_size=1GB", "timezone=UTC")
CARELESS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


class Postgres:
    """The database server of one run; data and passwords stay in the run's folder."""

    def __init__(self, run: Run, keys: Keys, *, durable: bool = True) -> None:
        """Start it and make the roles and the database. `durable=False` trades crash safety for speed (tests)."""
        self._run, self._keys, self._durable = run, keys, durable
        self._data = run.folder / "postgres"
        self._account = account.unprivileged(self._data)
        self._binaries = postgres_binaries.reachable(run, self._account)
        self.port = ports.free_port()
        self._make_cluster()
        self._serve()
        self._make_roles()

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address for `role`, password included."""
        return f"postgres://{role}:{self._keys.password(role)}@127.0.0.1:{self.port}/{database}"

    def environment(self) -> dict[str, str]:
        """The settings by which the product finds this server."""
        return {"DATABASE_URL": self.url(APPLICATION), "DATABASE_OWNER_URL": self.url(OWNER)}

    def _make_cluster(self) -> None:
        made = self._run.folder / "postgres.made"
        if made.exists():
            self._check_version()
            return
        shutil.rmtree(self._data, ignore_errors=True)
        self._data.mkdir(mode=0o700)
        self._account.own(self._data)
        self._initdb()
        made.touch()

    def _check_version(self) -> None:
        ours = subprocess.run([self._binaries / "postgres", "-V"], capture_output=True, text=True, check=True).stdout
        theirs = (self._data / "PG_VERSION").read_text().strip()
        if ours.split()[-1].partition(".")[0] != theirs:
            raise CannotStart(f"The data was written by PostgreSQL {theirs}, which is not installed: use --fresh.")

    def _initdb(self) -> None:
        command: list[str | Path] = [
            *self._account.prefix,
            *(self._binaries / "initdb", "-D", self._folder(), "-U", SUPERUSER, "--auth=scram-sha-256"),
            *("--pwfile=/dev/stdin", "--encoding=UTF8", "--no-locale", "--locale-provider=builtin"),
            *("--builtin-locale=C.UTF-8", "--no-sync"),
        ]
        with tempfile.TemporaryFile() as password:
            password.write(self._keys.password(SUPERUSER).encode())
            password.seek(0)
            # initdb opens it anew by the name /dev/stdin, so it must be the account's own.
            self._account.own(password.fileno())
            done = subprocess.run(
                command, stdin=password, cwd=self._data, capture_output=True, text=True, **self._account.identity()
            )
        if done.returncode:
            say(done.stdout + done.stderr)
            raise CannotStart("PostgreSQL could not make its data folder; the reason is above.")

    def _folder(self) -> Path:
        return HERE if HERE.exists() else self._data

    def _serve(self) -> None:
        self._end_leftover()
        settings = SETTINGS if self._durable else SETTINGS + CARELESS
        arguments = [str(self._binaries / "postgres"), "-D", str(self._folder()), "-p", str(self.port)]
        for setting in settings:
            arguments += ["-c", setting]
        command = Command(
            "postgres", arguments, cwd=self._data, account=self._account, stop_signal=signal.SIGINT, grace_seconds=20
        )
        self._run.start_and_wait(command, self._accepts)

    def _end_leftover(self) -> None:
        """Clear away what a power cut left: a server that survived it, or a pid file whose number is now another's."""
        pid_file = self._data / "postmaster.pid"
        if not pid_file.exists() or not HERE.exists():
            return
        pid = int(pid_file.read_text().split()[0])
        if _works_in(pid, self._data):
            os.kill(pid, signal.SIGINT)
            ports.wait_until(lambda: not _works_in(pid, self._data), lambda: True, 20)
        pid_file.unlink(missing_ok=True)

    def _accepts(self) -> bool:
        try:
            self._connect(SUPERUSER).close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(self.url(SUPERUSER, database), autocommit=True, connect_timeout=5)

    def _make_roles(self) -> None:
        """Make what is missing; a start that died half-way is mended by the next. Migrations grant."""
        with self._connect(SUPERUSER) as connection:
            for role, rights in ROLES.items():
                self._make_role(connection, role, rights, self._keys.password(role))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    @staticmethod
    def _make_role(connection: psycopg.Connection, role: str, rights: str, password: str) -> None:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        statement = sql.SQL("{act} ROLE {role} {rights} PASSWORD {password}").format(
            act=sql.SQL("ALTER" if known else "CREATE"),
            role=sql.Identifier(role),
            rights=sql.SQL(rights),
            password=sql.Literal(password),
        )
        connection.execute(statement)


def _works_in(pid: int, folder: Path) -> bool:
    """Whether the process `pid` has `folder` as its working folder."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:
        return False
