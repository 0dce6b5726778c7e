"""PostgreSQL and Redis for a run: our own, unless the environment names others."""

from __future__ import annotations

from script.lib.ending import CannotStart
from script.lib.keys import Keys
from script.lib.postgres import Postgres
from script.lib.redis import Redis
from script.lib.run import Run


def start(run: Run, keys: Keys, *, durable: bool = True) -> None:
    """Start what DATABASE_URL and REDIS_URL do not name, and put the addresses into the run's environment."""
    if "DATABASE_URL" in run.environment:
        # One role for both is poorer than two, but whoever brings a database decides.
        run.set({"DATABASE_OWNER_URL": run.environment["DATABASE_URL"]})
    elif "DATABASE_OWNER_URL" in run.environment:
        raise CannotStart("DATABASE_OWNER_URL is set without DATABASE_URL: set both, or neither.")
    else:
        run.set(Postgres(run, keys, durable=durable).environment())
    if "REDIS_URL" not in run.environment:
        run.set(Redis(run, keys).environment())
