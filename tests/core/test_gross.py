"""Books whose lines hold prices including VAT and name accounts, and take no negative lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.document import Figures, InvoiceDocument
from connector.core.errors import NeedsSetup, Unsupported
from connector.core.exact import Charge, fit
from connector.core.mapping import GiftCard, Layout, MappingRules, compare, corrected, order_to_invoice, wanted_items
from connector.core.money import ZERO, rounded, total
from connector.core.order import Order, Party
from connector.core.readings import GROSS_READINGS, READINGS, Reading, by_rate, explain, figures
from connector.core.vat import Taxed
from tests.core.orders import a_discount, a_gift_card, a_line, an_order, rules, shipping

pytestmark = pytest.mark.unit

ON_TOTAL, _, ON_LINES, _ = GROSS_READINGS
DAY = date(2026, 11, 20)
ACCOUNTS = {
    "sales_domestic": {Decimal(25): "1000", Decimal(0): "1010"},
    "shipping": {Decimal(25): "1350"},
}
ABROAD = {"sales_abroad": "1100", "sales_eu_business": "1050", "sales_eu_consumer@FI": "1310"}


def by_account(**more) -> MappingRules:
    kept = {"reading": ON_TOTAL, "sells_by_account": True, "spreads_discounts": True, "items": ACCOUNTS}
    return rules(**{**kept, "choices": ABROAD, "rounding_item": "", **more})


def invoice(order: Order, **more) -> InvoiceDocument:
    return order_to_invoice(order, by_account(**more), date=DAY, known=set())


def written(document: InvoiceDocument) -> list[tuple[str, str, str, str]]:
    return [(line.item, line.description, str(line.quantity), str(line.unit_price)) for line in document.lines]


# --- readings -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("reading", [*READINGS, *GROSS_READINGS], ids=lambda reading: reading.name)
def test_a_reading_comes_back_by_its_name(reading: Reading):
    assert Reading.named(reading.name) == reading


@pytest.mark.parametrize("name", ["", "total", "gross/total", "total/half-down", "new/total/half-up", "a/b/c/d"])
def test_no_reading_of_another_name(name: str):
    with pytest.raises(ValueError, match="no reading"):
        Reading.named(name)


def test_vat_is_taken_out_of_the_total_or_of_each_line():
    # 3 × 0.03 hold 0.018 of VAT together, and 0.006 each.
    lines = fit([Charge(Decimal("0.03"), Decimal(25))] * 3, ON_TOTAL).pieces
    document = [a_priced(piece) for pieces in lines for piece in pieces]
    assert figures(document, ON_TOTAL) == Taxed(Decimal("0.07"), Decimal("0.02"))
    assert figures(document, ON_LINES) == Taxed(Decimal("0.06"), Decimal("0.03"))
    assert explain(document, Decimal("0.09"), Decimal("0.03"), GROSS_READINGS) == GROSS_READINGS[2:]
    assert explain(document, Decimal("0.09"), Decimal("0.05"), GROSS_READINGS) == ()


@pytest.mark.parametrize(("prices", "second"), [("net", "0.03"), ("gross", "0.04")])
def test_vat_of_several_rates_is_rounded_once(prices: str, second: str):
    # On top of 0.03 each there are 0.0075 and 0.006; 0.03 and 0.04 hold 0.006 and 0.0067.
    sold = {Decimal(25): Decimal("0.03"), Decimal(20): Decimal(second)}
    usual = invoice(an_order()).lines[0]
    lines = [replace(usual, quantity=Decimal(1), unit_price=price, vat_rate=rate) for rate, price in sold.items()]
    assert figures(lines, Reading("total", "half-up", prices)).vat == Decimal("0.02")
    once = Reading("document", "half-up", prices)
    assert figures(lines, once).vat == sum(part.vat for part in by_rate(lines, once).values()) == Decimal("0.01")
    assert figures(lines, once).gross == Decimal("0.07")
    assert figures([], once) == Taxed(Decimal("0.00"), Decimal("0.00"))


def a_priced(piece):
    return replace(invoice(an_order()).lines[0], quantity=piece.quantity, unit_price=piece.unit_price)


amounts = st.integers(1, 10**7).map(lambda ore: Decimal(ore) / 100)
quantities = st.integers(1, 10**4).map(lambda parts: Decimal(parts) / 100) | st.integers(1, 50).map(Decimal)


@given(gross=amounts, quantity=quantities, reading=st.sampled_from(GROSS_READINGS))
def test_every_charge_is_held_as_it_is(gross: Decimal, quantity: Decimal, reading: Reading):
    (pieces,), gap = (lambda made: (made.pieces, made.rounding))(fit([Charge(gross, Decimal(25), quantity)], reading))
    assert gap == ZERO
    assert 1 <= len(pieces) <= 2
    assert total(piece.amount(reading.rounding) for piece in pieces) == gross
    assert total(piece.quantity for piece in pieces) == quantity
    assert all(piece.unit_price == rounded(piece.unit_price) for piece in pieces)


# --- accounts -----------------------------------------------------------------------------------------------------
def test_the_total_is_the_shops_without_a_rounding_line():
    # At 25 % no net brings a gross of 4.42 about.
    made = invoice(an_order(a_line("4.42"), shipping("39.00"), a_line("10.00", "0")))
    assert written(made) == [
        ("1000", "T-shirt", "1", "4.42"),
        ("1350", "GLS", "1", "39.00"),
        ("1010", "T-shirt", "1", "10.00"),
    ]
    assert made.includes_vat
    assert (made.gross, made.vat, made.total.amount) == (Decimal("53.42"), Decimal("8.68"), Decimal("53.42"))


def test_no_item_is_looked_up():
    assert wanted_items(an_order(), by_account()) == frozenset()


NORWAY = Party(name="Ola", email="ola@example.no", country="NO")
FINLAND = Party(name="Aino", email="aino@example.fi", country="FI")
SWEDEN = Party(company="Björk AB", email="b@example.se", country="SE", vat_number="SE556012579001")


@pytest.mark.parametrize(
    ("buyer", "rate", "account", "more"),
    [
        (NORWAY, "0", "1100", {}),
        (SWEDEN, "0", "1050", {}),
        (FINLAND, "25.5", "1310", {"oss_from": date(2026, 1, 1)}),
        (FINLAND, "25", "1000", {}),
    ],
    ids=["abroad", "eu-business", "one-stop-shop", "eu-consumer-home-vat"],
)
def test_the_account_goes_by_the_sale(buyer: Party, rate: str, account: str, more):
    made = invoice(an_order(a_line("100.00", rate), shipping("39.00", rate), buyer=buyer), **more)
    shipped = "1350" if account == "1000" else account
    assert [line.item for line in made.lines] == [account, shipped]


@pytest.mark.parametrize(
    ("order", "more", "facts"),
    [
        (an_order(), {"items": {}}, {"field": "sales_domestic", "rate": "25"}),
        (an_order(a_line(rate="0"), buyer=NORWAY), {"choices": {}}, {"field": "sales_abroad"}),
        (
            an_order(a_line(rate="25.5"), buyer=FINLAND),
            {"choices": {}, "oss_from": date(2026, 1, 1)},
            {"field": "sales_eu_consumer@FI", "country": "FI"},
        ),
    ],
    ids=["at-home", "abroad", "one-stop-shop"],
)
def test_an_account_that_is_not_chosen_stops(order: Order, more, facts):
    with pytest.raises(NeedsSetup) as stop:
        invoice(order, **more)
    assert (stop.value.code, stop.value.facts) == ("choice-missing", {"order": "10017", **facts})


def test_one_line_per_rate():
    made = invoice(an_order(a_line("4.42"), shipping("39.00"), a_line("10.00", "0")), layout=Layout.TOTAL)
    assert written(made) == [("1000", "Varer 25 %", "1", "43.42"), ("1010", "Varer 0 %", "1", "10.00")]


# --- no negative lines ----------------------------------------------------------------------------------------------
def test_a_discount_lowers_the_lines_of_its_rate():
    made = invoice(an_order(a_line("199.00", quantity="2"), shipping("39.00"), a_discount("-23.80", "25")))
    assert written(made) == [
        ("1000", "T-shirt (Rabat −19,90)", "2", "89.55"),
        ("1350", "GLS (Rabat −3,90)", "1", "35.10"),
    ]
    assert made.gross == made.total.amount == Decimal("214.20")


def test_a_gift_card_that_is_a_line_lowers_them_too():
    order = an_order(a_line("199.00"), payments=(a_gift_card("100.00"),))
    made = invoice(order, gift_card=GiftCard.LINE)
    assert written(made) == [("1000", "T-shirt (Gavekort −100,00)", "1", "99.00")]


def test_more_off_than_there_is_stops():
    order = an_order(a_line("10.00"), a_line("100.00", "0"), a_discount("-20.00", "25"))
    with pytest.raises(Unsupported) as stop:
        invoice(order)
    facts = {"order": "10017", "rate": "25", "amount": "-20.00", "lines": "10.00"}
    assert (stop.value.code, stop.value.facts) == ("discount-above-lines", facts)
    with pytest.raises(Unsupported, match="discount-above-lines"):
        invoice(order, layout=Layout.TOTAL)


lines = st.lists(st.tuples(amounts, st.sampled_from(["25", "0"]), st.integers(1, 9)), min_size=1, max_size=6)


@given(lines=lines, share=st.integers(1, 100))
def test_whatever_is_taken_off_the_total_stays(lines, share: int):
    bought = [a_line(str(gross), rate, quantity=str(quantity)) for gross, rate, quantity in lines]
    whole = total(line.gross for line in bought)
    off = -min(rounded(whole * share / 101), whole - Decimal("0.01"))
    order = an_order(*bought, *([a_discount(str(off))] if off else []))
    made = invoice(order)
    assert made.gross == order.total.amount
    assert all(line.unit_price >= 0 for line in made.lines)


# --- what the books say ---------------------------------------------------------------------------------------------
def test_a_draft_whose_vat_was_rounded_otherwise_keeps_its_lines():
    order = an_order(a_line("0.03"), a_line("0.03"), a_line("0.03"))
    made = invoice(order)
    theirs = Figures(Decimal("0.09"), Decimal("0.03"), "DKK")
    assert [difference.fact for difference in compare(made, theirs, customer="")] == ["vat"]
    again = corrected(made, order, by_account(), GROSS_READINGS[2:])
    assert again is not None
    assert again.lines == made.lines
    assert compare(again, theirs, customer="") == []
