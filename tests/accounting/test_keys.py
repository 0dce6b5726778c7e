"""Keys that expire: fetched once for everybody, stored before they are used, and given up only when plainly refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction

from accounting import keys
from accounting.keys import StoredKeys
from accounting.models import Connection
from connector.core.errors import NeedsSetup, OutcomeUnknown, Temporary
from connector.lib.http import Answer
from connector.tenancy.models import Tenant
from connector.tenancy.scope import scope
from connector.tenancy.secrets import reveal, seal
from tests.accounting.nordbook import CONFIG, Office, register
from tests.sync.faults import Act, away, lost_after, lost_before, says
from tests.sync.side_by_side import Aside, at_once, until_somebody_waits

pytestmark = pytest.mark.engine

THREADS = 16
WAYS = {
    "one time": {},
    "one time, with grace": {"grace_seconds": 60},
    "one time, and a second use ends it": {"refresh_reuse_revokes": True},
    "again and again": {"refresh": "reuse"},
    "again and again, said once": {"refresh": "reuse", "reuse_answer": "absent"},
}


@dataclass
class House:
    """One connection with living keys, and Visma behind it; `meets` are what the next questions meet."""

    office: Office
    connection: Connection
    meets: list[Act] = field(default_factory=list)

    @property
    def row(self) -> Connection:
        """The connection as it is stored."""
        with scope(self.connection.tenant_id):
            return Connection.objects.get(pk=self.connection.pk)

    @property
    def stored(self) -> dict[str, str]:
        return reveal(self.row, "secret")

    def change(self, **values: Any) -> None:
        with scope(self.connection.tenant_id):
            Connection.objects.filter(pk=self.connection.pk).update(**values)

    def keys(self) -> StoredKeys:
        """As a worker or a page has them."""
        return StoredKeys(self.row, CONFIG, self)

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        act = self.meets.pop(0) if self.meets else None
        return act(lambda: self.office(method, url, headers, body)) if act else self.office(method, url, headers, body)

    def opens(self, secrets: Mapping[str, str]) -> bool:
        """Whether the books would take this key."""
        return self.office.visma.access(secrets["access"]) is not None


@pytest.fixture
def open_house(db_clean: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., House]:
    register(settings, monkeypatch)

    def opened(**switches: object) -> House:
        office = Office()
        for name, value in switches.items():
            office.visma.set_switch(name, value)
        tenant = Tenant.objects.create(name="Nordlys ApS")
        with scope(tenant.pk):
            status = Connection.Status.CONNECTED
            connection = Connection.objects.create(tenant=tenant, provider="nordbook", status=status)
            seal(connection, "secret", {**office.tokens(), "company": "7"})
            connection.save()
        return House(office, connection)

    return opened


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    return open_house()


# --- once for everybody -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("switches", WAYS.values(), ids=WAYS)
def test_sixteen_threads_with_an_expired_key_ask_once(
    open_house: Callable[..., House], switches: dict[str, object]
) -> None:
    house = open_house(**switches)
    house.office.visma.expire("ejer@example.dk")
    holders = [house.keys() for _ in range(THREADS)]
    got = at_once([lambda held=held: held.renewed(held.current()) for held in holders])
    assert house.office.counts == {"exchanges": 0, "refreshes": 1, "refused": 0}
    assert [secrets == house.stored for secrets in got] == [True] * THREADS
    assert house.opens(house.stored)
    assert [held.current() == house.stored for held in holders] == [True] * THREADS


def test_what_was_fetched_keeps_what_else_the_connection_knows(house: House) -> None:
    held = house.keys()
    fresh = held.renewed(held.current())
    assert fresh["company"] == "7"
    assert {name for name, value in fresh.items() if value != held_before(house)[name]} == {
        "access",
        "refresh",
        "expires",
    }
    assert house.stored == fresh


def held_before(house: House) -> dict[str, str]:
    return reveal(house.connection, "secret")


def test_it_is_stored_before_anybody_uses_it(house: House) -> None:
    """The old keys are dead by then: a worker that dies with the new ones in its hands loses the connection."""
    held = house.keys()
    used = held.renewed(held.current())
    assert Aside(lambda: house.stored).end() == used


def test_what_another_fetched_meanwhile_is_taken(house: House) -> None:
    first, second = house.keys(), house.keys()
    used = second.current()
    fresh = first.renewed(first.current())
    assert second.renewed(used) == fresh
    assert house.office.counts["refreshes"] == 1


def test_nobody_asks_inside_a_transaction(house: House) -> None:
    held = house.keys()
    with pytest.raises(RuntimeError, match="durable"), scope(house.connection.tenant_id):
        held.renewed(held.current())
    assert house.office.sent == []


def test_rows_that_refer_to_the_connection_can_be_written_while_somebody_asks(house: House) -> None:
    """An insert of an order's row looks at the connection's key; it must not stand behind the sign-in of another."""
    reading = "SELECT 1 FROM accounting_connection WHERE id = %s FOR KEY SHARE NOWAIT"

    def refer() -> int:
        with scope(house.connection.tenant_id), transaction.get_connection().cursor() as cursor:
            cursor.execute(reading, [house.connection.pk])
            return len(cursor.fetchall())

    seen: list[int] = []

    def act(send: Any) -> Answer:
        seen.append(Aside(refer).end())
        return send()

    house.meets = [act]
    held = house.keys()
    held.renewed(held.current())
    assert seen == [1]


# --- an answer that is lost -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("switches", [{"grace_seconds": 60}, {"refresh": "reuse"}], ids=["grace", "reuse"])
def test_a_lost_answer_is_asked_for_once_more(open_house: Callable[..., House], switches: dict[str, object]) -> None:
    house = open_house(**switches)
    house.meets = [lost_after]
    held = house.keys()
    assert house.opens(held.renewed(held.current()))
    assert house.office.counts == {"exchanges": 0, "refreshes": 2, "refused": 0}
    assert house.row.status == Connection.Status.CONNECTED


def test_a_lost_answer_without_grace_ends_in_connecting_anew_and_in_no_storm(house: House) -> None:
    house.meets = [lost_after]
    holders = [house.keys() for _ in range(3)]
    for held in holders:
        with pytest.raises(NeedsSetup, match="connection-expired"):
            held.renewed(held.current())
    assert (house.row.status, house.row.trouble) == (Connection.Status.REVOKED, "connection-expired")
    assert house.office.counts == {"exchanges": 0, "refreshes": 1, "refused": 1}


def test_a_question_that_never_arrived_is_asked_again(house: House) -> None:
    house.meets = [lost_before]
    held = house.keys()
    assert house.opens(held.renewed(held.current()))
    assert house.office.counts["refreshes"] == 1


@pytest.mark.parametrize(
    "meets",
    [[away], [lost_before, lost_before], [lost_before, away], [says(500), says(502)], [says(429)]],
    ids=["not there", "lost twice", "lost, then not there", "broken", "too many"],
)
def test_nobody_there_is_no_end_and_no_unknown_call(house: House, meets: list[Act]) -> None:
    """An unknown outcome would be taken for that of the call to the books, which was refused and changed nothing."""
    house.meets = list(meets)
    held = house.keys()
    with pytest.raises(Temporary):
        held.renewed(held.current())
    assert house.meets == []
    assert house.row.status == Connection.Status.CONNECTED
    assert house.stored == held.current()
    assert house.opens(held.renewed(held.current()))


def test_who_waited_while_another_asked_in_vain_does_not_ask_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift = {"seconds": 0.0}
    monkeypatch.setattr(keys, "monotonic", lambda: shift["seconds"])
    others: list[Aside] = []

    def act(_send: Any) -> Answer:
        second = house.keys()
        others.append(Aside(lambda: second.renewed(second.current())))
        until_somebody_waits()
        shift["seconds"] = 5.0
        raise Temporary("provider-down")

    house.meets = [act]
    held = house.keys()
    with pytest.raises(Temporary):
        held.renewed(held.current())
    with pytest.raises(Temporary, match="no fresh keys"):
        others[0].end()
    assert house.office.sent == []


def test_a_queue_that_is_too_long_is_left(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "QUEUE_SECONDS", 0.05)
    held = house.keys()
    used = held.current()
    with scope(house.connection.tenant_id):
        Connection.objects.select_for_update().get(pk=house.connection.pk)
        with pytest.raises(Temporary, match="no fresh keys"):
            Aside(lambda: held.renewed(used)).end()


# --- the end of a connection ------------------------------------------------------------------------------------------
def test_withdrawn_consent_is_the_end_and_is_asked_for_once(house: House) -> None:
    house.office.visma.revoke("ejer@example.dk")
    for held in (house.keys(), house.keys()):
        with pytest.raises(NeedsSetup, match="connection-expired"):
            held.renewed(held.current())
    assert (house.row.status, house.row.trouble) == (Connection.Status.REVOKED, "connection-expired")
    assert len(house.office.sent) == 1


def test_what_concerns_our_app_ends_no_connection(house: House) -> None:
    house.office.visma.app.client_secret = "another"
    held = house.keys()
    with pytest.raises(Temporary, match="invalid_client"):
        held.renewed(held.current())
    assert house.row.status == Connection.Status.CONNECTED


def test_books_that_somebody_left_are_not_asked(house: House) -> None:
    held = house.keys()
    house.change(status=Connection.Status.DISCONNECTED, secret="")
    with pytest.raises(Temporary):
        held.renewed(held.current())
    assert house.office.sent == []
    assert house.row.secret == ""


def test_books_that_are_being_left_can_still_be_asked(house: House) -> None:
    house.change(status=Connection.Status.CLOSING)
    held = house.keys()
    assert house.opens(held.renewed(held.current()))


def test_another_lost_connection_says_why_it_is_lost(house: House) -> None:
    house.change(status=Connection.Status.REVOKED, trouble="connection-revoked")
    held = house.keys()
    with pytest.raises(NeedsSetup, match="connection-revoked"):
        held.renewed(held.current())


def test_a_connection_made_anew_meanwhile_gives_its_keys(house: House) -> None:
    """A worker with the old keys must not end what the owner has just made."""
    held = house.keys()
    used = held.current()
    house.office.visma.revoke("ejer@example.dk")
    with scope(house.connection.tenant_id):
        row = Connection.objects.get(pk=house.connection.pk)
        seal(row, "secret", house.office.tokens())
        row.save()
    assert house.opens(held.renewed(used))
    assert house.office.sent == []


def test_no_key_stands_in_what_is_raised(house: House) -> None:
    house.meets = [lost_before, lost_before]
    held = house.keys()
    with pytest.raises(Temporary) as stopped:
        held.renewed(held.current())
    cause: BaseException | None = stopped.value
    while cause is not None:
        assert not [secret for secret in held.current().values() if len(secret) > 20 and secret in repr(cause)]
        assert isinstance(cause, Temporary | OutcomeUnknown)
        cause = cause.__cause__
