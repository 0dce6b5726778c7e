"""From an order to its customer and its invoice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connector.core.document import Customer, DocumentLine, InvoiceDocument, Situation
from connector.core.errors import NeedsSetup
from connector.core.mapping import Layout, MissingProduct, order_to_customer, order_to_invoice, wanted_items
from connector.core.money import Money
from connector.core.order import Order, Party
from tests.core.orders import (
    IDA,
    a_discount,
    a_fee,
    a_line,
    an_order,
    by_card,
    rules,
    shipping,
)

pytestmark = pytest.mark.unit

DAY = date(2026, 11, 20)


def invoice(order: Order, known: tuple[str, ...] = ("SKU-1", "SKU-2"), **more) -> InvoiceDocument:
    return order_to_invoice(order, rules(**more), date=DAY, known=known)


def stopped(order: Order, known: tuple[str, ...] = ("SKU-1",), **more) -> tuple[str, dict[str, str]]:
    with pytest.raises(NeedsSetup) as stop:
        invoice(order, known, **more)
    return stop.value.code, dict(stop.value.facts)


def summary(document: InvoiceDocument) -> list[tuple[str, str, str, str]]:
    return [(line.item, str(line.quantity), str(line.unit_price), str(line.vat_rate)) for line in document.lines]


def test_a_usual_order():
    order = an_order(
        a_line("398.00", quantity="2", name="T-shirt, M"),
        shipping("39.00"),
        payments=(by_card("437.00"),),
        shipped_at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
        delivery=Party(name="Per Krog", country="DK"),
    )
    document = invoice(order)
    assert document == InvoiceDocument(
        key="invoice:shoporama:7:10017",
        number="10017",
        date=DAY,
        customer=Customer("ida@example.dk", IDA),
        situation=Situation.DOMESTIC,
        total=Money(Decimal("437.00"), "DKK"),
        order_total=Money(Decimal("437.00"), "DKK"),
        lines=(
            DocumentLine("SKU-1", "T-shirt, M", Decimal(2), Decimal("159.20"), Decimal(25)),
            DocumentLine("SHIPPING-25", "GLS", Decimal(1), Decimal("31.20"), Decimal(25)),
        ),
        heading="Ordre 10017",
        delivery_date=date(2026, 11, 21),
        delivery=order.delivery,
        payments=order.payments,
        choices={"zone_domestic": "1", "zone_eu_business": "2", "zone_abroad": "3", "layout": "19", "zone": "1"},
        vat_reason="home",
    )
    assert (document.net, document.vat, document.gross) == (Decimal("349.60"), Decimal("87.40"), Decimal("437.00"))


def test_the_same_order_in_total_lines():
    document = invoice(
        an_order(a_line("398.00", quantity="2"), a_line("50.00", "0"), shipping("39.00"), a_fee("10.00", "0")),
        layout=Layout.TOTAL,
    )
    assert summary(document) == [("TOTAL-25", "1", "349.60", "25"), ("TOTAL-0", "1", "60.00", "0")]
    assert [line.description for line in document.lines] == ["Varer 25 %", "Varer 0 %"]


def test_total_lines_name_a_rate_with_decimals_as_the_reader_writes_it():
    document = invoice(an_order(a_line("100.00", "25.5")), layout=Layout.TOTAL, choices={"total_text": "Salg"})
    assert [line.description for line in document.lines] == ["Salg 25,5 %"]


def test_a_rate_that_comes_to_nothing_gets_no_total_line():
    order = an_order(a_line("100.00"), a_line("20.00", "0"), a_discount("-20.00", "0"))
    assert summary(invoice(order, layout=Layout.TOTAL)) == [("TOTAL-25", "1", "80.00", "25")]


@pytest.mark.parametrize("layout", Layout)
def test_a_total_that_no_net_reaches_gets_one_vat_free_line(layout):
    document = invoice(an_order(a_line("12.42")), layout=layout)
    assert document.lines[-1] == DocumentLine("ROUNDING", "Øreafrunding", Decimal(1), Decimal("0.01"), Decimal(0))
    assert document.gross == Decimal("12.42")
    assert len(document.lines) == 2


def test_a_rounding_line_needs_its_item():
    assert stopped(an_order(a_line("12.42")), rounding_item="") == ("vat-free-group-missing", {"order": "10017"})
    assert invoice(an_order(a_line("12.45")), rounding_item="").gross == Decimal("12.45")


# --- items ----------------------------------------------------------------------------------------------------------
def test_each_kind_of_line_has_its_item_per_rate():
    order = an_order(a_line(), shipping("39.00", "0"), a_fee("10.00"), a_discount("-20.00", "25"))
    assert [line.item for line in invoice(order).lines] == ["SKU-1", "SHIPPING-0", "FEE-25", "DISCOUNT-25"]


@pytest.mark.parametrize(
    ("line", "fee", "amount", "field"),
    [
        (shipping("39.00", "0"), "GLS", "39.00", "shipping"),
        (a_fee("10.00", "0"), "Gebyr", "10.00", "fee"),
        (a_discount("-20.00", "0"), "Rabat", "-20.00", "discount"),
        (a_line("5.00", "0", kind=shipping().kind, name="", sku=""), "shipping", "5.00", "shipping"),
    ],
)
def test_a_line_whose_item_is_not_chosen_stops(line, fee, amount, field):
    items = {purpose: {Decimal(25): "X"} for purpose in ("shipping", "fee", "discount")}
    facts = {"fee": fee, "amount": amount, "field": field, "rate": "0", "order": "10017"}
    assert stopped(an_order(a_line(), line), items=items) == ("fee-unknown", facts)
    assert stopped(an_order(a_line(), line), items={}) == ("fee-unknown", facts)


def test_total_lines_need_their_items():
    facts = {"field": "total", "rate": "25", "order": "10017"}
    assert stopped(an_order(), layout=Layout.TOTAL, items={}) == ("choice-missing", facts)


def test_only_single_products_need_to_be_known():
    order = an_order(a_line(sku="A"), a_line(sku="B"), a_line(sku="A"), a_line(sku=""), shipping())
    assert wanted_items(order, rules()) == {"A", "B"}
    assert wanted_items(order, rules(layout=Layout.TOTAL)) == frozenset()


def test_an_unknown_product_stops_unless_something_else_is_chosen():
    facts = {"sku": "SKU-1", "name": "T-shirt", "rate": "25", "order": "10017"}
    assert stopped(an_order(), known=()) == ("product-missing", facts)


def test_an_unknown_product_is_made_in_the_group_of_its_rate():
    document = invoice(an_order(a_line(), a_line("50.00", "0", sku="SKU-2")), ("SKU-2",), missing_product="create")
    assert [(line.item, line.group) for line in document.lines] == [("SKU-1", "group-25"), ("SKU-2", "")]


def test_a_product_cannot_be_made_without_a_group():
    facts = {"field": "product_group", "rate": "25.5", "order": "10017"}
    chosen = {"missing_product": MissingProduct.CREATE, "groups": {Decimal(25): "1"}}
    assert stopped(an_order(a_line("10.00", "25.5")), (), **chosen) == ("choice-missing", facts)


@pytest.mark.parametrize("sku", ["SKU-1", ""])
def test_the_default_item_stands_in_for_a_product(sku):
    document = invoice(an_order(a_line(sku=sku)), (), missing_product=MissingProduct.DEFAULT)
    assert summary(document) == [("DEFAULT-25", "1", "159.20", "25")]


def test_the_default_item_must_be_chosen():
    facts = {"field": "default", "rate": "25", "order": "10017"}
    assert stopped(an_order(), (), missing_product=MissingProduct.DEFAULT, items={}) == ("choice-missing", facts)


@pytest.mark.parametrize("policy", [MissingProduct.CREATE, MissingProduct.STOP])
@pytest.mark.parametrize("known", [(), ("",)])
def test_a_product_without_a_number_stops(policy, known):
    facts = {"name": "T-shirt", "order": "10017"}
    assert stopped(an_order(a_line(sku="")), known, missing_product=policy) == ("sku-missing", facts)


# --- texts and quantities ---------------------------------------------------------------------------------------------
def test_a_line_without_a_name_is_described_by_its_number_or_its_kind():
    order = an_order(a_line(name=""), a_line("39.00", kind=shipping().kind, name="", sku=""))
    assert [line.description for line in invoice(order).lines] == ["SKU-1", "Fragt"]


@pytest.mark.parametrize(("prefix", "heading"), [("Order", "Order 10017"), ("", "10017")])
def test_the_heading_is_in_the_document_s_language(prefix, heading):
    assert invoice(an_order(), choices={"heading_prefix": prefix}).heading == heading


def test_both_parts_of_a_split_line_carry_its_item_and_text():
    order = an_order(a_line("100.00", quantity="3"))
    assert summary(invoice(order)) == [("SKU-1", "1", "26.66", "25"), ("SKU-1", "2", "26.67", "25")]
    assert {line.description for line in invoice(order).lines} == {"T-shirt"}


@pytest.mark.parametrize(
    ("quantity", "expected", "text"),
    [("1.375", "1", "1,375 × T-shirt"), ("1.250", "1.250", "T-shirt"), ("0.5", "0.5", "T-shirt")],
)
def test_a_quantity_of_more_than_two_decimals_goes_into_the_text(quantity, expected, text):
    line = invoice(an_order(a_line(quantity=quantity))).lines[0]
    assert (str(line.quantity), line.description) == (expected, text)


def test_a_line_of_nothing_stops_where_lines_are_repeated():
    order = an_order(a_line(quantity="0"))
    assert stopped(order) == ("fact-missing", {"fact": "quantity", "order": "10017"})
    assert invoice(order, layout=Layout.TOTAL).gross == Decimal("199.00")


def test_a_returned_line_and_a_free_line_are_carried():
    order = an_order(a_line("199.00"), a_line("-50.00", quantity="-1"), a_line("0.00", quantity="2"))
    assert [line[1:3] for line in summary(invoice(order))] == [("1", "159.20"), ("-1", "40.00"), ("2", "0.00")]


# --- customer ---------------------------------------------------------------------------------------------------------
def test_a_customer_is_known_by_the_e_mail_in_any_letter_case():
    buyer = Party(name="Ida", email=" Ida@Example.DK ")
    assert order_to_customer(an_order(buyer=buyer), rules()) == Customer("ida@example.dk", buyer)


@pytest.mark.parametrize(("email", "creates"), [("", True), ("ida@example.dk", False), (" ", False)])
def test_the_collective_customer_takes_the_rest(email, creates):
    buyer = Party(name="Ida", email=email)
    chosen = rules(creates_customers=creates)
    assert order_to_customer(an_order(buyer=buyer), chosen) == Customer("", buyer, "9999")


def test_without_a_collective_customer_the_order_stops():
    nobody = an_order(buyer=Party(name="Ida"))
    assert stopped(nobody, collective_customer="") == ("fact-missing", {"fact": "email", "order": "10017"})
    facts = {"field": "collective", "order": "10017"}
    assert stopped(an_order(), collective_customer="", creates_customers=False) == ("choice-missing", facts)


# --- zone -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("lines", "country", "situation", "zone"),
    [
        ([a_line()], "DK", Situation.DOMESTIC, "1"),
        ([a_line("100.00", "0")], "DK", Situation.DOMESTIC, "1"),
        ([a_line("100.00", "0")], "", Situation.DOMESTIC, "1"),
        ([a_line("100.00", "0"), shipping("10.00", "0")], "NO", Situation.ABROAD, "3"),
        ([a_line("100.00", "0"), shipping("0.00")], "NO", Situation.ABROAD, "3"),
        ([a_line("100.00", "0"), a_discount("-10.00")], "GL", Situation.ABROAD, "3"),
        ([a_line("100.00", "0"), shipping("10.00", "25")], "NO", Situation.DOMESTIC, "1"),
        ([a_line("100.00", "25")], "SE", Situation.DOMESTIC, "1"),
    ],
)
def test_a_sale_is_abroad_when_another_country_s_buyer_was_charged_no_vat(lines, country, situation, zone):
    document = invoice(an_order(*lines, buyer=Party(name="Kari", email="k@example.no", country=country)))
    assert (document.situation, document.choices["zone"]) == (situation, zone)


def test_where_the_goods_went_decides_the_zone():
    order = an_order(a_line("100.00", "0"), delivery=Party(country="NO"))
    assert invoice(order).situation is Situation.ABROAD


def test_home_is_where_the_settings_say():
    order = an_order(a_line("100.00", "0"))
    assert invoice(order, home_country="NO").situation is Situation.ABROAD


def test_a_zone_that_is_not_chosen_stops():
    order = an_order(a_line("100.00", "0"), delivery=Party(country="NO"))
    facts = {"situation": "abroad", "order": "10017"}
    assert stopped(order, choices={"zone_domestic": "1"}) == ("vat-zone-missing", facts)
    assert stopped(order, choices={"zone_abroad": ""}) == ("vat-zone-missing", facts)


def test_a_provider_without_zones_gets_none():
    assert "zone" not in invoice(an_order(), choices={"layout": "19"}).choices
