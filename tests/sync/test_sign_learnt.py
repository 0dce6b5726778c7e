"""The sign of a payment is seen from the posting account's draft balance before anything of a payment is booked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from accounting.models import Connection
from connector.lib.http import Answer
from connector.sync import acts, rules
from connector.tenancy.secrets import reveal
from sandbox.economic import posting
from sandbox.economic.model import PAYMENT
from tests.sync.world import ANNA, World, a_world, amount

pytestmark = pytest.mark.engine

CUP = {"own_id": "KOP-7", "name": "Kop", "amount": 2, "unit_price": "125.00"}
ENTRIES = "/api/journalsapi/v15.0.0/draft-entries"
STOPPED = ("needs_you", "booked", "settlement-stopped")
IN_THE_BOOKS = ("done", "booked", "")


def buy(world: World, **wish: Any) -> Any:
    order = world.sold(products=[CUP], **wish)
    world.settle()
    return order


def learnt(world: World) -> dict[str, Any]:
    with world.scope():
        kept: dict[str, Any] = Connection.objects.get(pk=world.connection.pk).learnt
        return kept.get("payment_sign", {})


def rests(world: World, order: Any) -> tuple[str, str, str]:
    job = world.job(order)
    return job.state, job.detail, job.reason


def is_settled(world: World, order: Any) -> bool:
    [document] = world.booked(order)
    assert amount(document["gross"]) == order.sold
    return amount(document["remainder"]) == 0


def payments(world: World) -> int:
    """How many payments are booked; the account's side of one is not counted."""
    entries = world.agreement.ledger()["entries"]
    return len([entry for entry in entries if entry["type"] == PAYMENT and entry["customer"]])


def sent(world: World, method: str, address: str) -> int:
    return sum((said, address in path) == (method, True) for said, path in world.sent)


@pytest.mark.parametrize(("sign", "corrections"), [("negative", 0), ("positive", 1)])
def test_the_first_payment_tells_and_those_after_it_cost_nothing_more(
    db_clean: None, settings: Any, sign: str, corrections: int
) -> None:
    with a_world(settings) as world:
        world.switch(payment_sign=sign)
        first = buy(world)
        assert (sent(world, "GET", "/accounts/5825"), sent(world, "DELETE", f"{ENTRIES}/1")) == (2, corrections)
        assert sent(world, "POST", ENTRIES) == 1 + corrections
        kept = learnt(world)
        assert kept["sign"] == sign
        assert kept["evidence"] == {
            "order": str(first.number),
            "account": "5825",
            "invoice": "1001",
            "amount": "-250.00",
            "before": "0.00",
            "after": "250.00" if sign == "negative" else "-250.00",
        }
        second = buy(world)
        assert (sent(world, "GET", "/accounts/"), sent(world, "DELETE", ENTRIES)) == (2, corrections)
        assert sent(world, "POST", ENTRIES) == 2 + corrections
        assert rests(world, first) == rests(world, second) == IN_THE_BOOKS
        assert is_settled(world, first)
        assert is_settled(world, second)
        assert (payments(world), world.agreement.ledger()["draft_entries"], learnt(world)) == (2, [], kept)


def test_every_payment_of_an_order_gets_the_sign_that_its_first_one_showed(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        world.switch(payment_sign="positive")
        order = buy(world, gift_card="100.00")
        assert rests(world, order) == IN_THE_BOOKS
        assert is_settled(world, order)
        assert (payments(world), sent(world, "POST", ENTRIES), sent(world, "DELETE", ENTRIES)) == (2, 3, 1)


def test_a_payment_in_another_currency_tells_by_its_direction(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        world.switch(payment_sign="positive")
        world.stand_in.currency = "EUR"
        order = buy(world)
        assert world.job(order).currency == "EUR"
        assert rests(world, order) == IN_THE_BOOKS
        assert learnt(world)["sign"] == "positive"
        assert is_settled(world, order)


# --- when it cannot be seen -----------------------------------------------------------------------------------------
@pytest.fixture
def blind(db_clean: None, settings: Any) -> Any:
    """A world whose accounts do not show what the journals hold."""
    with a_world(settings) as world:
        world.switch(draft_balance="booked")
        yield world


def test_a_failed_check_stops_the_settlement_and_no_invoice(blind: World) -> None:
    first = buy(blind)
    entries = sent(blind, "POST", ENTRIES)
    second = buy(blind)
    assert rests(blind, first) == rests(blind, second) == STOPPED
    assert [amount(document["gross"]) for document in blind.booked()] == [first.sold, second.sold]
    assert not is_settled(blind, first)
    assert (payments(blind), blind.agreement.ledger()["draft_entries"]) == (0, [])
    assert (entries, sent(blind, "POST", ENTRIES)) == (1, 1), "the second order's payment is not even tried"
    assert learnt(blind)["sign"] == "unclear"
    assert learnt(blind)["evidence"]["after"] == "0.00"


def test_it_is_looked_at_twice_some_time_apart(blind: World) -> None:
    order = blind.sold(products=[CUP])
    blind.drain()
    assert rests(blind, order)[0] == "waiting"
    assert sent(blind, "GET", "/accounts/5825") == 2
    blind.switch(draft_balance="journals")
    blind.settle()
    assert rests(blind, order) == IN_THE_BOOKS
    assert (learnt(blind)["sign"], sent(blind, "POST", ENTRIES)) == ("negative", 1)


def test_a_person_tries_one_and_all_go_on(blind: World) -> None:
    first, second, third = buy(blind), buy(blind), buy(blind)
    blind.switch(draft_balance="journals")
    blind.settle()
    assert rests(blind, first) == STOPPED, "nobody has asked"
    blind.act(acts.transfer_now, second)
    blind.settle()
    for order in (first, second, third):
        assert rests(blind, order) == IN_THE_BOOKS
        assert is_settled(blind, order)
    assert (payments(blind), learnt(blind)["sign"]) == (3, "negative")


def test_a_person_tries_in_vain(blind: World) -> None:
    first, second = buy(blind), buy(blind)
    blind.act(acts.transfer_now, first)
    blind.settle()
    assert rests(blind, first) == rests(blind, second) == STOPPED
    assert (sent(blind, "POST", ENTRIES), payments(blind)) == (2, 0)
    assert blind.agreement.ledger()["draft_entries"] == []


def test_saved_settings_let_it_be_tried_again(blind: World) -> None:
    order = buy(blind)
    blind.switch(draft_balance="journals")
    blind.save(fee_text="Gebyr")
    blind.settle()
    assert rests(blind, order) == IN_THE_BOOKS


def test_sending_another_order_again_does_not_let_it_be_tried(blind: World) -> None:
    stopped = buy(blind)
    other = blind.order(products=[CUP], paid=False)
    blind.tell(other)
    blind.settle()
    blind.act(acts.transfer_now, other)
    blind.settle()
    assert learnt(blind)["sign"] == "unclear"
    assert rests(blind, stopped) == STOPPED


def test_settling_switched_off_asks_no_account(blind: World) -> None:
    blind.save(settle="open")
    order = buy(blind)
    assert rests(blind, order) == IN_THE_BOOKS
    assert (learnt(blind), sent(blind, "GET", "/accounts/5825")) == ({}, 0)


# --- what others do meanwhile ---------------------------------------------------------------------------------------
def meddled(world: World, act: Callable[[], Any]) -> None:
    """Let somebody do something in the books right after our entry was made, once."""
    inner, done = world.transport, []

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        answer = inner(method, url, headers, body)
        if (method, url.endswith("/draft-entries")) == ("POST", True) and not done:
            done.append(act())
        return answer

    world.transport = send


def bookkeeping(world: World) -> int:
    """The bookkeeper types 77 kr. on our account and leaves it in a journal."""
    return world.agreement.draft_entry_by_hand(1, 7_700, account=5825)


def booking(world: World) -> None:
    """The owner books what is in our journal."""
    books, sign = world.agreement.books, str(world.agreement.switch("payment_sign"))
    for entry in list(books.draft_entries.values()):
        posting.book_entry(books, entry, world.now.seconds(), sign=sign, match=True)


def test_what_others_have_in_the_journals_does_not_matter(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        bookkeeping(world)
        order = buy(world)
        assert rests(world, order) == IN_THE_BOOKS
        assert learnt(world)["evidence"]["before"] == "77.00"
        assert len(world.agreement.ledger()["draft_entries"]) == 1


def test_an_account_that_others_move_just_then_tells_nothing(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        meddled(world, lambda: bookkeeping(world))
        order = buy(world)
        assert rests(world, order) == STOPPED
        assert (payments(world), len(world.agreement.ledger()["draft_entries"])) == (0, 1)
        world.act(acts.transfer_now, order)
        world.settle()
        assert rests(world, order) == IN_THE_BOOKS


def test_an_entry_that_the_owner_deleted_is_made_again_when_asked_for(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        meddled(world, world.agreement.books.draft_entries.clear)
        order = buy(world)
        assert rests(world, order) == STOPPED
        world.act(acts.transfer_now, order)
        world.settle()
        assert rests(world, order) == IN_THE_BOOKS
        assert payments(world) == 1


def test_an_entry_that_the_owner_booked_is_not_paid_again(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        meddled(world, lambda: booking(world))
        order = buy(world)
        assert rests(world, order) == IN_THE_BOOKS
        assert (payments(world), learnt(world)["sign"]) == (1, "negative")


def test_what_was_learnt_is_of_one_set_of_books(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        buy(world)
        with world.scope():
            connection = Connection.objects.get(pk=world.connection.pk)
            secret = reveal(connection, "secret")
            choices = rules.kept_choices(connection)
            acts.books_connected(connection, secret, choices, ANNA)
        assert learnt(world)["sign"] == "negative"
        with world.scope():
            acts.books_connected(connection, secret, replace(choices, company_number="99"), ANNA)
        assert learnt(world) == {}
