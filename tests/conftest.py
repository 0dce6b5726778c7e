"""The real PostgreSQL under the tests: the product's role works, the owner's role makes and empties the tables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """When tests are shared out over workers a file stays together, and so do the browser's: they share one product."""
    for item in items:
        group = "browser" if item.get_closest_marker("browser") else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> None:
    """Make this worker's database as the owner, with the product's own migrations."""
    if "DATABASE_OWNER_URL" not in os.environ:
        pytest.fail("the engine's tests need a PostgreSQL: run script/test, or set DATABASE_URL and DATABASE_OWNER_URL")
    from django.core.management import call_command

    _make_database(os.environ["DATABASE_OWNER_URL"])
    with django_db_blocker.unblock():
        call_command("migrate", database="owner", verbosity=0)


def _make_database(url: str) -> None:
    import psycopg
    from psycopg import sql

    parts = urlsplit(url)
    name = parts.path.strip("/")
    with psycopg.connect(urlunsplit(parts._replace(path="/template1")), autocommit=True) as connection:
        for statement in ("DROP DATABASE IF EXISTS {} WITH (FORCE)", "CREATE DATABASE {} TEMPLATE template0"):
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def texts() -> None:
    """The translations, made as the scripts make them."""
    from django.core.management import call_command

    call_command("compile_texts")


@pytest.fixture
def db_clean(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database, committed to for real; every table is emptied afterwards."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            _empty()


@pytest.fixture(scope="module")
def db_of_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """As `db_clean`, once for all tests of a module: for those that change nothing, and see to it."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            _empty()


RESTART = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL AND schemaname = 'public'"""


def _empty() -> None:
    """Rows out, counters back: deleting the few that a test left costs a tenth of truncating every table."""
    from django.apps import apps
    from django.db import connections, transaction

    kept = {"django_migrations", "django_content_type", "auth_permission"}
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - kept
    connections["default"].close()
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in sorted(tables)))
        cursor.execute(RESTART)
