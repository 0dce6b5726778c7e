"""The engine's clock: the database's, so that workers with clocks of their own agree on leases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection

_moved: ContextVar[Callable[[], datetime] | None] = ContextVar("moved", default=None)


def now() -> datetime:
    """The time, aware. Costs one short statement."""
    moved = _moved.get()
    if moved is not None:
        return moved()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


@contextmanager
def moved(clock: Callable[[], datetime]) -> Iterator[None]:
    """Run on another clock: the simulator's."""
    token = _moved.set(clock)
    try:
        yield
    finally:
        _moved.reset(token)
