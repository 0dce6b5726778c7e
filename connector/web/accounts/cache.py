"""The shared cache counts wrong tries. Nobody is kept from signing in because it is away."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class Forgiving(RedisCache):
    """Redis; while it cannot be reached each process counts for itself."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._own = LocMemCache("beside-redis", {})

    def get(self, key: str, *args: Any, **options: Any) -> Any:
        """As Redis', else the process' own."""
        return self._either(super().get, self._own.get, key, *args, **options)

    def set(self, key: str, *args: Any, **options: Any) -> Any:
        """As Redis', else the process' own."""
        return self._either(super().set, self._own.set, key, *args, **options)

    def add(self, key: str, *args: Any, **options: Any) -> Any:
        """As Redis', else the process' own."""
        return self._either(super().add, self._own.add, key, *args, **options)

    def delete(self, key: str, *args: Any, **options: Any) -> Any:
        """As Redis', else the process' own."""
        return self._either(super().delete, self._own.delete, key, *args, **options)

    def incr(self, key: str, *args: Any, **options: Any) -> Any:
        """As Redis', else the process' own."""
        return self._either(super().incr, self._own.incr, key, *args, **options)

    def clear(self) -> None:
        """Forget what was counted here, and nothing else: the broker lives in the same Redis."""
        self._own.clear()
        with suppress(RedisError):
            client = self._cache.get_client(None, write=True)
            for key in client.scan_iter(self.make_key("*")):
                client.delete(key)

    def _either(self, first: Callable[..., Any], other: Callable[..., Any], *args: Any, **options: Any) -> Any:
        try:
            return first(*args, **options)
        except RedisError as error:
            log.warning("the cache is away: %s", type(error).__name__)
            return other(*args, **options)
