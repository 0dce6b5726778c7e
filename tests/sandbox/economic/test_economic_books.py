"""The ledger that tests and people read, what an owner does by hand, switches, options."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.economic import SWITCHES
from tests.sandbox.economic.economic_calls import World, draft_body, line

pytestmark = pytest.mark.tools

KEY = "invoice:shoporama:1:7"


def test_ledger_holds_the_documents_to_the_oere(economic):
    lines = [line(33.33, 3), line(10.0, product="TOTAL-0")]
    economic.book(lines=lines, references={"other": KEY})
    economic.pay(1001, -134.99)
    economic.post("/rest/invoices/drafts", draft_body(references={"other": "second"}))
    held = json.loads(json.dumps(economic.agreement.ledger()))
    (booked,) = held["booked"]
    assert (
        booked
        | {
            "number": 1001,
            "reference": KEY,
            "customer": 2,
            "currency": "DKK",
            "date": "2026-09-01",
            "vat_zone": 1,
            "net": "109.99",
            "vat": "25.00",
            "gross": "134.99",
            "remainder": "0.00",
            "vat_by_rate": {"25.00": {"net": "99.99", "vat": "25.00"}, "0.00": {"net": "10.00", "vat": "0.00"}},
        }
        == booked
    )
    assert [(row["vat_rate"], row["vat"]) for row in booked["lines"]] == [("25.00", "25.00"), ("0.00", "0.00")]
    assert [(row["number"], row["reference"], row["remainder"]) for row in held["drafts"]] == [(2, "second", None)]
    assert {row["number"]: row["balance"] for row in held["accounts"]}[5825] == "134.99"
    assert held["agreement"] == economic.agreement.number


def test_ledger_finds_a_references_documents_and_payments(economic):
    economic.book(references={"other": KEY})
    economic.book(references={"other": KEY})
    economic.book(references={"other": "other"})
    economic.pay(1001, -60.0)
    economic.pay(1001, -40.0)
    economic.pay(1003, -100.0)
    found = economic.agreement.documents_with(KEY)
    assert [row["number"] for row in found["booked"]] == [1001, 1002]
    assert [(row["invoice"], row["amount"], row["reference"]) for row in found["payments"]] == [
        (1001, "-60.00", KEY),
        (1001, "-40.00", KEY),
    ]
    assert economic.agreement.documents_with("nothing") == {"drafts": [], "booked": [], "payments": []}


def test_owner_books_and_deletes_by_hand(economic):
    economic.post("/rest/invoices/drafts", draft_body(references={"other": KEY}))
    economic.post("/rest/invoices/drafts", draft_body())
    assert economic.agreement.book_by_hand(1) == 1001
    economic.agreement.delete_draft_by_hand(2)
    assert economic.get("/rest/invoices/drafts")["collection"] == []
    assert (
        economic.get("/rest/invoices/booked", filter=f"references.other$eq:{KEY}")["collection"][0]["remainder"] == 100
    )
    economic.agreement.pay_by_hand(1001)
    assert economic.get("/rest/invoices/booked/1001")["remainder"] == 0
    assert economic.agreement.calls > 0


def test_owner_makes_a_customer_whose_email_another_has(economic):
    number = economic.agreement.make_customer("Birgit Holm, privat", "birgit.holm@example.dk", "12345678")
    found = economic.get("/rest/customers", filter="email$eq:Birgit.Holm@example.dk")["collection"]
    assert [row["customerNumber"] for row in found] == [2, number]
    assert found[1]["corporateIdentificationNumber"] == "12345678"


def test_owner_switches_a_currency_off_and_on(economic):
    def codes() -> list[str]:
        return [row["code"] for row in economic.get("/rest/currencies")["collection"]]

    economic.agreement.use_currency("SEK", False)
    assert codes() == ["DKK", "EUR", "NOK"]
    (leaf,) = economic.refused("POST", "/rest/invoices/drafts", draft_body(currency="SEK"))
    assert leaf["propertyName"] == "currency"
    economic.agreement.use_currency("SEK")
    assert sorted(codes()) == ["DKK", "EUR", "NOK", "SEK"]
    with pytest.raises(ValueError, match="own currency"):
        economic.agreement.use_currency("DKK", False)


def test_agreements_are_apart(economic):
    economic.book(references={"other": KEY})
    first = economic.agreement
    second = economic.connect()
    assert second.number == first.number + 1
    assert economic.get("/rest/invoices/booked")["collection"] == []
    economic.service.set_switch("lists_with_lines", True, first.number)
    assert (first.switch("lists_with_lines"), second.switch("lists_with_lines")) == (True, False)
    second.bar_product("KOP-1")
    assert not first.books.products["KOP-1"].data["barred"]
    second.set_balance(5820, 12_345)
    assert first.books.master.accounts[5820].balance == 0


def test_things_can_be_missing(economic):
    economic.connect(without=("layouts", "journals"))
    assert economic.get("/rest/layouts")["collection"] == []
    assert economic.get("/rest/journals")["collection"] == []
    (leaf,) = economic.refused("POST", "/rest/invoices/drafts", draft_body())
    assert leaf["propertyName"] == "layout"


def test_base_currency_prices_the_others(economic):
    economic.connect(base_currency="EUR")
    draft = economic.post("/rest/invoices/drafts", draft_body(currency="EUR"))
    assert draft["exchangeRate"] == 100
    assert economic.post("/rest/invoices/drafts", draft_body())["grossAmountInBaseCurrency"] < 14


@pytest.mark.parametrize(
    "options",
    [{"plan": "Gold"}, {"role": "Owner"}, {"switches": {"nonsense": 1}}, {"base_currency": "XXX"}, {"without": ["x"]}],
)
def test_unknown_options_are_refused(economic, options):
    with pytest.raises((ValueError, KeyError)):
        economic.service.new_agreement(**options)


def test_switches_take_only_their_values(economic):
    with pytest.raises(KeyError):
        economic.service.set_switch("nonsense", 1)
    for name, value in (("zero_total", "perhaps"), ("cache_4xx", 1), ("budget_size", -1), ("budget_size", True)):
        with pytest.raises(ValueError, match=name):
            economic.service.set_switch(name, value)


def test_each_switch_is_read_somewhere_and_tried_here():
    """A switch that no code reads, or no test sets, is a promise nobody keeps."""
    here = Path(__file__).resolve()
    modules = [path for path in (here.parents[3] / "sandbox" / "economic").glob("*.py") if path.name != "switches.py"]
    code = "".join(path.read_text() for path in modules).replace("'", '"')
    tests = "".join(path.read_text() for path in here.parent.glob("test_*.py"))
    unread = [switch.name for switch in SWITCHES if f'"{switch.name}"' not in code]
    untried = [switch.name for switch in SWITCHES if f'"{switch.name}"' not in tests]
    assert (unread, untried) == ([], [])


def test_defaults_are_allowed_values():
    assert [switch.name for switch in SWITCHES if not switch.accepts(switch.default)] == []
    assert len({switch.name for switch in SWITCHES}) == len(SWITCHES)


def test_same_run_gives_the_same_answers():
    def run() -> list[bytes]:
        world = World()
        world.book(references={"other": KEY})
        world.pay(1001, -100.0)
        return [world.call("GET", f"/rest/invoices/{path}").body for path in ("booked", "booked/1001", "paid", "none")]

    assert run() == run()
