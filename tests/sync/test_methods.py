"""Payment and shipping methods: noticed, mapped, renumbered; settled by account, by term, or left open; triggers."""

from __future__ import annotations

from typing import Any

import pytest

from connector.core.errors import NeedsSetup
from connector.sync import methods
from connector.sync.models import ShopMethod
from shops.models import Shop
from tests.sync.world import World, a_world, amount

pytestmark = pytest.mark.engine

GOODS = [{"own_id": "KOP-7", "name": "Kop", "amount": 2, "unit_price": "199.00"}]


def ask(world: World, *, days: float = 1.1) -> bool:
    """The daily question, when its time has come."""
    world.now.move(days * 86_400)
    return methods.refresh(world.tenant.pk, world.shop.pk, world.transport)


def row(world: World, key: str, kind: str = "payment") -> ShopMethod:
    with world.scope():
        return ShopMethod.objects.get(shop=world.shop, kind=kind, key=key)


def rest(world: World, order: Any) -> tuple[str, str, str]:
    job = world.job(order)
    return job.state, job.detail, job.reason


def sold(world: World, payment: str, **wish: Any) -> Any:
    order = world.sold(products=GOODS, payment=payment, **wish)
    world.drain()
    return order


# --- what the shop offers --------------------------------------------------------------------------------------------
def test_an_orders_methods_are_kept_with_their_last_use(world: World) -> None:
    sold(world, "MobilePay")
    used = row(world, "2")
    assert (used.name, used.platform_id, used.is_new) == ("MobilePay", "2", False)
    assert used.last_used
    assert row(world, "7", "shipping").name == "GLS"


def test_the_shop_is_asked_once_a_day(world: World) -> None:
    assert ask(world)
    asked = len(world.sent)
    assert not ask(world, days=0.5)
    assert len(world.sent) == asked
    assert ask(world)
    assert {row(world, key).name for key in "1234"} == {"Dankort", "MobilePay", "EAN-faktura", "Bankoverførsel"}
    assert not row(world, "1").is_new


def test_the_poll_asks(world: World) -> None:
    with world.scope():
        Shop.objects.update(next_poll_at=world.now())
    world.drain()
    assert row(world, "3").name == "EAN-faktura"


def test_a_list_that_does_not_come_stops_nothing(world: World) -> None:
    world.stand_in.keys.clear()
    assert not ask(world)
    with world.scope():
        shop = Shop.objects.get(pk=world.shop.pk)
    assert shop.methods_at is None
    assert not ask(world, days=0.01), "not again at once"


def test_a_person_who_asks_waits_for_no_day(world: World) -> None:
    ask(world)
    world.stand_in.set_gateway("Klarna", 60)
    world.now.move(60)
    methods.fetch(world.tenant.pk, world.shop.pk, world.transport)
    assert row(world, "60").is_new
    assert not ask(world, days=0.9), "it was asked today"


def test_a_list_that_a_person_asked_for_in_vain_still_comes_by_itself(world: World) -> None:
    kept = dict(world.stand_in.keys)
    world.stand_in.keys.clear()
    with pytest.raises(NeedsSetup, match="shop-key-refused"):
        methods.fetch(world.tenant.pk, world.shop.pk, world.transport)
    world.stand_in.keys.update(kept)
    assert ask(world, days=0)


# --- new methods -----------------------------------------------------------------------------------------------------
def test_a_new_methods_orders_wait_and_go_by_themselves_when_it_is_mapped(world: World) -> None:
    ask(world)
    world.stand_in.set_gateway("Klarna", 60)
    first, second = sold(world, "Klarna"), sold(world, "Klarna")
    for order in (first, second):
        assert rest(world, order) == ("needs_you", "", "payment-method-unmapped")
    assert world.job(first).facts["method"] == "Klarna"
    assert world.booked() == []
    usual = sold(world, "Dankort")
    assert rest(world, usual) == ("done", "booked", "")
    world.save(**{"pay:60": "5825"})
    world.drain()
    for order in (first, second):
        assert rest(world, order) == ("done", "booked", "")
        assert world.job(order).balance == 0


def test_a_new_method_is_noticed_when_it_appears(world: World) -> None:
    ask(world)
    world.stand_in.set_gateway("Klarna", 60)
    ask(world)
    assert row(world, "60").is_new
    assert not row(world, "60").last_used


def test_a_methods_money_goes_to_its_own_account(world: World) -> None:
    world.save(**{"pay:2": "5820"})
    sold(world, "Dankort")
    order = sold(world, "MobilePay")
    assert rest(world, order) == ("done", "booked", "")
    accounts = [entry["account"] for entry in world.agreement.ledger()["entries"]]
    assert accounts.count(5820) == 1, accounts


def test_a_shop_whose_list_is_not_known_stops_for_no_method(world: World) -> None:
    world.stand_in.set_gateway("Klarna", 60)
    assert rest(world, sold(world, "Klarna")) == ("done", "booked", "")


# --- a number that changes --------------------------------------------------------------------------------------------
def test_a_number_that_changed_while_its_name_stayed_is_asked_about(world: World) -> None:
    ask(world)
    world.save(**{"pay:2": "5820"})
    world.stand_in.set_gateway("MobilePay", 60)
    ask(world)
    assert row(world, "2").gone_at
    order = sold(world, "MobilePay")
    assert rest(world, order) == ("needs_you", "", "payment-terms-changed")
    facts = world.job(order).facts
    assert (facts["term"], facts["old"], facts["new"]) == ("MobilePay", "2", "60")
    with world.scope():
        same = methods.same_as_before(row(world, "60"), {"pay:2": "5820", "trigger:2": "payment"})
    assert same == {"pay:60": "5820", "trigger:60": "payment"}
    world.save(**same)
    world.drain()
    assert rest(world, order) == ("done", "booked", "")


# --- settling by term, and not at all ---------------------------------------------------------------------------------
def test_a_term_settles_its_methods_invoices(world: World) -> None:
    world.save(**{"pay:2": "term:4"})
    order = sold(world, "MobilePay")
    assert rest(world, order) == ("done", "booked", "")
    assert world.job(order).balance == 0
    [document] = world.booked(order)
    assert amount(document["remainder"]) == 0
    assert not [path for method, path in world.sent if "draft-entries" in path and method == "POST"]


def test_a_term_that_settles_nothing_is_seen(world: World) -> None:
    world.switch(paid_in_cash_settles=False)
    world.save(**{"pay:2": "term:4"})
    order = sold(world, "MobilePay")
    assert rest(world, order) == ("needs_you", "booked", "balance-open")


def test_a_gift_cards_part_is_not_settled_by_the_others_term(world: World) -> None:
    world.save(**{"pay:2": "term:4"})
    order = sold(world, "MobilePay", gift_card="100")
    assert rest(world, order) == ("done", "booked", "")
    assert world.job(order).balance == 0


def test_an_order_that_nobody_paid_yet_is_not_settled_by_a_term(world: World) -> None:
    world.save(**{"pay:2": "term:4", "trigger:2": "shipment"})
    order = world.order(paid=False, products=GOODS, payment="MobilePay")
    world.stand_in.move(order, "sent", tell=False)
    world.tell(order, "new_status")
    world.drain()
    assert rest(world, order) == ("done", "payment-not-seen", "")
    [document] = world.booked(order)
    assert amount(document["remainder"]) == amount(document["gross"])
    world.stand_in.pay(order, tell=False)
    world.tell(order, "paid", "later")
    world.drain()
    assert world.job(order).balance == 0


# --- triggers ---------------------------------------------------------------------------------------------------------
EAN = {"pay:3": "open", "trigger:3": "shipment"}


def test_an_ean_order_goes_when_it_is_shipped_and_stays_open(world: World) -> None:
    world.save(**EAN)
    order = world.order(paid=False, products=GOODS, ean="5790000000012", company="Aarhus Kommune")
    world.tell(order, "order_created")
    world.drain()
    assert rest(world, order) == ("not_meant", "", "not-triggered")
    assert world.job(order).facts["trigger"] == "shipment"
    world.stand_in.move(order, "sent", tell=False)
    world.tell(order, "new_status")
    world.drain()
    assert rest(world, order) == ("done", "booked", "")
    [document] = world.booked(order)
    assert amount(document["remainder"]) == amount(document["gross"])


def test_a_card_order_beside_it_keeps_the_usual_trigger(world: World) -> None:
    world.save(**EAN)
    assert rest(world, sold(world, "Dankort")) == ("done", "booked", "")


def test_an_order_goes_in_a_chosen_status(db_clean: None, settings: Any) -> None:
    with a_world(settings, trigger="status", statuses="afhentet, Sent") as world:
        order = sold(world, "Dankort")
        assert rest(world, order) == ("not_meant", "", "not-triggered")
        world.stand_in.move(order, "sent", tell=False)
        world.tell(order, "new_status")
        world.drain()
        assert rest(world, order) == ("done", "booked", "")


# --- shipping ---------------------------------------------------------------------------------------------------------
def test_a_way_of_sending_may_have_its_own_item(world: World) -> None:
    with world.scope():
        item = world.integration.settings.values["default@25"] or "FRAGT"
    world.save(**{"ship:8@25": item, "shipping@25": ""})
    order = sold(world, "Dankort", shipping_id=8, shipping_price="49.00")
    assert rest(world, order) == ("done", "booked", "")
    refused = sold(world, "Dankort", shipping_id=7, shipping_price="39.00")
    assert rest(world, refused)[2] == "fee-unknown"
    assert world.job(refused).facts["field"] == "shipping"


# --- an account that closes -------------------------------------------------------------------------------------------
def test_a_payment_refused_for_its_account_goes_to_the_one_chosen_since(world: World) -> None:
    account = world.agreement.books.master.accounts[5825]
    account.barred = True
    order = sold(world, "Dankort")
    assert rest(world, order)[::2] == ("needs_you", "account-closed"), world.job(order).facts
    world.save(account="5830")
    world.drain()
    assert rest(world, order) == ("done", "booked", "")
    assert len(world.booked(order)) == 1
