"""The keys of a stored connection: those that expire are renewed once for everybody who uses them.

Every holder of an expired key wants a fresh one at the same moment, and where refresh tokens work only once a second
asker kills what the first was given. So they queue at the connection's row: the first asks, stores what it got and
commits; the others find it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from time import monotonic

from django.db import OperationalError, transaction
from psycopg.errors import LockNotAvailable

from accounting.models import Connection
from accounting.registry import provider_class
from connector.core.errors import NeedsSetup, OutcomeUnknown, Stop, Temporary
from connector.lib.http import Transport, within
from connector.tenancy.scope import scope, wait_for_locks
from connector.tenancy.secrets import reveal, seal

ASK_SECONDS = 5.0
"""One question for fresh keys. Twice this must stay under the 15 seconds after which PostgreSQL ends a transaction in
which nothing is said."""
QUEUE_SECONDS = 12.0
"""So long a key's holder waits for whoever is asking."""
FAILED_AFTER_SECONDS = 1.0
"""Who waited so long and finds nothing new saw somebody else ask in vain."""

LIVE = frozenset({Connection.Status.CONNECTED, Connection.Status.CLOSING})
"""Connections that may still ask for fresh keys."""


class StoredKeys:
    """The keys of one connection (`accounting.base.Keys`). `config` is its provider's part of `settings.ACCOUNTING`."""

    def __init__(self, connection: Connection, config: Mapping[str, str], transport: Transport) -> None:
        self.tenant_id, self.connection_id = connection.tenant_id, connection.pk
        self.provider = provider_class(connection.provider)
        self.config = config
        self.transport = transport
        self._known: Mapping[str, str] = reveal(connection, "secret")

    def current(self) -> Mapping[str, str]:
        return self._known

    def renewed(self, used: Mapping[str, str]) -> Mapping[str, str]:
        """As in `Keys`. Never inside a scope: what was fetched has to be committed before anybody uses it.

        Where the provider gives none any more, the connection is marked, so that nobody asks again before somebody has
        connected anew.
        """
        with transaction.atomic(durable=True), scope(self.tenant_id):
            row, waited = self._queued()
            found = self._found(row, used, waited)
        if isinstance(found, Stop):
            # Raised only now: the mark on the connection is to stay.
            raise found
        self._known = found
        return found

    def _queued(self) -> tuple[Connection, float]:
        """The row, held until the transaction ends, and for how many seconds somebody else held it. Raises Temporary
        when that takes too long."""
        began = monotonic()
        wait_for_locks(QUEUE_SECONDS)
        try:
            # Rows that refer to the connection can be written all the while.
            row = Connection.objects.select_for_update(no_key=True).get(pk=self.connection_id)
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise Temporary("provider-down", detail="no fresh keys") from error
            raise
        return row, monotonic() - began

    def _found(self, row: Connection, used: Mapping[str, str], waited: float) -> Mapping[str, str] | Stop:
        """Keys other than `used`, or what is to be raised."""
        if row.status == Connection.Status.REVOKED:
            return NeedsSetup(row.trouble or "connection-expired")
        stored: Mapping[str, str] = reveal(row, "secret")
        if row.status not in LIVE or not stored:
            # Somebody is just disconnecting; the next turn sees it.
            return Temporary("provider-down", detail="disconnected")
        if any(stored.get(name) != value for name, value in used.items()):
            return stored
        if waited > FAILED_AFTER_SECONDS:
            return Temporary("provider-down", detail="no fresh keys")
        return self._fetched(row, stored)

    def _fetched(self, row: Connection, stored: Mapping[str, str]) -> Mapping[str, str] | Stop:
        try:
            fresh = {**stored, **self._asked(stored)}
        except NeedsSetup as error:
            row.status, row.trouble = Connection.Status.REVOKED, error.code
            row.save(update_fields=["status", "trouble"])
            return error
        except Temporary as error:
            return error
        seal(row, "secret", fresh)
        row.save(update_fields=["secret"])
        return fresh

    def _asked(self, stored: Mapping[str, str]) -> Mapping[str, str]:
        """Raises NeedsSetup, or Temporary; never OutcomeUnknown, which would be taken for a call's to the books."""
        transport = within(self.transport, ASK_SECONDS)
        with suppress(OutcomeUnknown):
            return self.provider.renew(self.config, stored, transport)
        try:
            # The answer was lost. Where refresh tokens work once, they work again for some seconds (Visma's grace
            # period: fact sheet, 1.1); where there is no such period, this is refused, and connecting anew is the
            # only way.
            return self.provider.renew(self.config, stored, transport)
        except OutcomeUnknown as error:
            raise Temporary("provider-down", detail=error.facts.get("detail", "")) from error
