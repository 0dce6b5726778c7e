"""How payments reach the books: an account per method, a payment term, or left open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connector.core.document import InvoiceDocument
from connector.core.errors import NeedsSetup
from connector.core.mapping import order_to_invoice
from connector.core.order import Method, Order, Payment, PaymentKind
from connector.core.plan import Call, Facts, Policy, ReadBalance, Step, StepStatus, Trigger, next_action, triggered_at
from connector.core.settlement import is_left_open, payments_of, term_of
from connector.core.states import Detail, State
from connector.sync import rules as settings
from tests.core.orders import a_gift_card, a_line, an_order, rules

pytestmark = pytest.mark.unit

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KLARNA = Method("60", "Klarna")


def klarna(amount: str = "199.00") -> Payment:
    return Payment(PaymentKind.CARD, Decimal(amount), "Klarna", "60")


def an_order_by_klarna(*payments: Payment) -> Order:
    return an_order(payments=payments or (klarna(),), method=KLARNA, paid_at=NOON, carrier=Method("7", "GLS"))


def invoice(order: Order, **chosen: object) -> InvoiceDocument:
    return order_to_invoice(order, rules(**chosen), date=date(2026, 11, 20), known={"SKU-1"})


# --- what a method is known by ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("method", "key"),
    [(Method("60", "Klarna"), "60"), (Method("", "Faktura @ 14 dage"), "faktura-14-dage"), (Method(), "")],
)
def test_a_method_is_known_by_its_number_else_its_name(method: Method, key: str):
    assert method.key == key


# --- where the money goes ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("choice", "accounts"), [("5830", ["5830"]), ("default", [""]), ("open", []), ("term:4", [""])]
)
def test_a_payment_goes_where_its_method_says(choice: str, accounts: list[str]):
    found = payments_of(an_order_by_klarna(), rules(methods={"60": choice}))
    assert [payment.account for payment in found] == accounts


def test_another_methods_choice_is_not_taken():
    assert payments_of(an_order_by_klarna(), rules(methods={"61": "open"}))[0].account == ""


def test_a_gift_card_keeps_its_own_account():
    [card, rest] = payments_of(an_order_by_klarna(a_gift_card(), klarna("99.00")), rules(methods={"60": "5830"}))
    assert (card.account, rest.account) == ("", "5830")


@pytest.mark.parametrize(
    ("payments", "term"),
    [
        ((klarna(),), "4"),
        ((klarna("99.00"), a_gift_card()), ""),
        ((klarna("198.00"),), ""),
        ((replace(klarna(), method_id="61"),), ""),
        ((), ""),
    ],
)
def test_a_term_settles_only_what_one_payment_of_its_method_paid_in_full(payments: tuple[Payment, ...], term: str):
    order = replace(an_order_by_klarna(), payments=payments)
    assert term_of(order, rules(methods={"60": "term:4"})) == term


def test_a_draft_carries_its_methods_term_and_no_payment():
    document = invoice(an_order_by_klarna(), methods={"60": "term:4"}, choices={"terms": "1"})
    assert (document.choices["terms"], document.payments, document.settles_itself) == ("4", (), True)
    usual = invoice(an_order_by_klarna(), choices={"terms": "1"})
    assert (usual.choices["terms"], len(usual.payments), usual.settles_itself) == ("1", 1, False)


# --- methods that nobody has placed -----------------------------------------------------------------------------------
@pytest.mark.parametrize(("old", "code"), [("", "payment-method-unmapped"), ("48", "payment-terms-changed")])
def test_a_new_method_stops(old: str, code: str):
    with pytest.raises(NeedsSetup) as caught:
        invoice(an_order_by_klarna(), new_methods={"60": old})
    assert caught.value.code == code
    assert caught.value.facts["method"] == "Klarna"
    assert caught.value.facts.get("old", "") == old


def test_a_new_method_stops_its_order_also_before_it_is_paid():
    order = replace(an_order_by_klarna(), payments=(), paid_at=None)
    with pytest.raises(NeedsSetup, match="payment-method-unmapped"):
        invoice(order, new_methods={"60": ""})


def test_what_a_gift_card_paid_alone_asks_for_no_method():
    order = an_order_by_klarna(a_gift_card("199.00"))
    assert invoice(order, new_methods={"60": ""}).payments == order.payments


# --- the plan ---------------------------------------------------------------------------------------------------------
def after_booking(document: InvoiceDocument, order: Order, policy: Policy, **more: object) -> object:
    names = ("draft", "book")
    steps = {name: Step(name, StepStatus.DONE, NOON, id="1", final=name == "book") for name in names}
    facts = Facts(NOON, policy, order, is_read=True, steps=steps, document=document, customer="501")
    return next_action(replace(facts, **more))


def test_what_its_term_settles_is_only_read_back():
    order = an_order_by_klarna()
    document = invoice(order, methods={"60": "term:4"})
    assert after_booking(document, order, Policy()) == ReadBalance()
    assert after_booking(document, order, Policy(), balance=Decimal(0)).detail is Detail.BOOKED
    assert after_booking(document, order, Policy(), balance=Decimal(1)).reason == "balance-open"


def test_what_is_left_open_waits_for_no_payment():
    order = replace(an_order_by_klarna(), payments=(), paid_at=None)
    document = invoice(order, methods={"60": "open"})
    rest = after_booking(document, order, Policy(leaves_open=True))
    assert (rest.state, rest.detail) == (State.DONE, Detail.BOOKED)
    assert after_booking(document, order, Policy()).detail is Detail.PAYMENT_NOT_SEEN


def test_a_gift_cards_part_of_an_open_invoice_is_registered_and_the_rest_is_not_missed():
    order = replace(an_order_by_klarna(a_gift_card()), paid_at=None)
    document = invoice(order, methods={"60": "open"})
    policy = Policy(leaves_open=True, settlement=("payment",))
    assert after_booking(document, order, policy) == Call("payment:1")


# --- triggers ---------------------------------------------------------------------------------------------------------
def test_a_status_triggers_in_whatever_letters_it_is_written():
    order = an_order(status="Afhentet", status_at=NOON)
    chosen = Policy(trigger=Trigger.STATUS, statuses=frozenset({"afhentet"}))
    assert triggered_at(order, chosen) == NOON
    assert triggered_at(replace(order, status="new"), chosen) is None
    assert triggered_at(replace(order, status_at=None), chosen) == order.placed_at
    assert triggered_at(replace(order, status=""), replace(chosen, statuses=frozenset())) is None


def test_a_methods_own_trigger_and_openness_hold_for_its_orders():
    values = {"pay:60": "open", "trigger:60": "shipment"}
    usual = Policy(trigger=Trigger.PAYMENT)
    own = settings.policy_for(an_order_by_klarna(), usual, values)
    assert (own.trigger, own.leaves_open) == (Trigger.SHIPMENT, True)
    assert settings.policy_for(an_order(), usual, values) == usual
    assert settings.policy_for(None, usual, values) == usual


def test_a_methods_settings_do_not_become_the_documents():
    values = {"pay:60": "open", "ship:8@25": "FRAGT", "terms": "1", "rates": "25,0"}
    made = settings.mapping_rules(values)
    assert (made.methods, made.carriers) == ({"60": "open"}, {"8": {Decimal(25): "FRAGT"}})
    assert set(made.choices) == {"terms", "rates"}
    order = an_order(a_line(), carrier=Method("8", "PostNord"))
    assert is_left_open(an_order_by_klarna(), made)
    assert not is_left_open(order, made)
