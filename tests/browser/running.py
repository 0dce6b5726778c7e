"""The whole product for the browser tests: started once, on a database of its own, stopped at the end."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from script.lib import people, ports
from script.lib.books import Books, Economic
from script.lib.business import Business
from script.lib.control import Control
from script.lib.once import HASTY
from script.lib.owner import Login
from script.lib.run import Run
from script.lib.scenario import Stage
from script.lib.stack import Stack

DATABASE = f"connector_browser_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
REDIS_DATABASE = "/9"
"""Not the one of the other tests: their hints would set our worker looking for jobs that it has not got."""

OURS = ("PUBLIC_URL", "ALLOWED_HOSTS", "OUTBOUND_ALLOW")
"""What a test run says about its own pages; these ones stand on another port."""

LANGUAGES = ("da", "nb", "en")

SECONDS = 60.0
"""How long one test may wait for what the worker does."""


@dataclass
class Product:
    """Pages, worker and sandbox. `demo` are the demo's people by their first names, `spare` owners of empty shops."""

    stack: Stack
    control: Control
    demo: dict[str, Login]
    spare: list[Login]

    @property
    def home(self) -> str:
        """Where the product's first page is."""
        return f"{self.stack.public_url}/"

    @property
    def outside(self) -> str:
        """Where the sandbox's pages are: on another host name than ours, as in real life."""
        return str(self.stack.sandbox["control"]).removesuffix("/control")

    def let_sign_ins_expire(self) -> None:
        """As if the ten minutes had passed that a person has for signing in at an outside system."""
        with psycopg.connect(self.stack.run.environment["DATABASE_OWNER_URL"]) as connection:
            connection.execute("UPDATE tenancy_handshake SET expires_at = now()")

    def speak(self, language: str, login: Login) -> None:
        """As if the person had chosen the language in the account."""
        with psycopg.connect(self.stack.run.environment["DATABASE_OWNER_URL"]) as connection:
            connection.execute("UPDATE tenancy_user SET language = %s WHERE email = %s", (language, login.email))

    def business(
        self, name: str, login: Login | None = None, kind: type[Books] = Economic, **wishes: object
    ) -> Business:
        """A business with nothing connected: `login`'s, or a new one; its shop and its books, of that `kind` and opened
        with the `wishes`, are called `name`."""
        return Business.found(self.home, login or self.spare.pop(), self.control, name, kind, **wishes)

    def stage(self, *businesses: Business) -> Stage:
        """The businesses with a deadline for waiting, beginning now."""
        return Stage(self.stack, self.control, businesses, time.monotonic() + SECONDS)


@contextmanager
def product(spare: int) -> Iterator[Product]:
    """Start everything, with so many owners of empty businesses besides the demo's people."""
    with Run() as run:
        _use_own_places(run)
        stack = Stack(run, ports.free_port(), ports.free_port(), HASTY)
        demo = {login.email.partition("@")[0]: login for login in people.of_the_demo(run, "--more")}
        yield Product(stack, Control(stack.sandbox), demo, people.make(run, spare, "browser"))


def _use_own_places(run: Run) -> None:
    """Beside the databases of the other tests, on the servers that the run was given."""
    for name in OURS:
        run.environment.pop(name, None)
    if "REDIS_URL" in run.environment:
        run.environment["REDIS_URL"] = _with_path(run.environment["REDIS_URL"], REDIS_DATABASE)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        if name in run.environment:
            run.environment[name] = _with_path(run.environment[name], f"/{DATABASE}")
    if "DATABASE_OWNER_URL" in run.environment:
        _make_database(run.environment["DATABASE_OWNER_URL"])


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=path))


def _make_database(url: str) -> None:
    name = sql.Identifier(DATABASE)
    statements: Sequence[str] = (
        "DROP DATABASE IF EXISTS {} WITH (FORCE)",
        "CREATE DATABASE {} TEMPLATE template0",
    )
    with psycopg.connect(_with_path(url, "/template1"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(sql.SQL(statement).format(name))
