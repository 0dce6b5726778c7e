"""What a document must carry: control sum, rates, discounts, gift cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connector.core.document import InvoiceDocument
from connector.core.errors import NeedsSetup, Unsupported
from connector.core.mapping import GiftCard, Layout, order_to_invoice
from connector.core.order import Order, OrderLine, Party, Payment, PaymentKind
from connector.core.rows import rows_of
from tests.core.orders import a_discount, a_gift_card, a_line, an_order, by_card, rules, shipping

pytestmark = pytest.mark.unit

DAY = date(2026, 11, 20)


def rows(order: Order, **more) -> list[tuple[str, str, str]]:
    found = rows_of(order, rules(**more))
    return [(row.purpose, str(row.line.gross), str(row.line.vat_rate)) for row in found]


def invoice(order: Order, **more) -> InvoiceDocument:
    return order_to_invoice(order, rules(**more), date=DAY, known={"SKU-1"})


@pytest.mark.parametrize(
    ("charged", "lines", "difference"), [("200.00", "199.00", "1.00"), ("198.99", "199.00", "-0.01")]
)
def test_lines_that_are_not_what_was_charged_stop(charged, lines, difference):
    with pytest.raises(NeedsSetup) as stop:
        rows(an_order(total=charged))
    assert stop.value.code == "total-off"
    assert stop.value.facts == {"order": "10017", "lines": lines, "paid": charged, "difference": difference}


def test_what_was_paid_does_not_matter_to_the_control_sum():
    assert rows(an_order(payments=(by_card("1.00"),))) == [("product", "199.00", "25")]


@pytest.mark.parametrize(
    ("order", "fact"),
    [
        (an_order(is_cancelled=True), "cancelled"),
        (an_order(a_line("0.00")), "0.00"),
        (an_order(a_line("-199.00", quantity="-1")), "-199.00"),
        (an_order(a_line("100.00"), a_discount("-100.00")), "0.00"),
    ],
)
def test_there_is_no_invoice_of_nothing(order, fact):
    with pytest.raises(Unsupported) as stop:
        rows(order)
    assert stop.value.code == "nothing-to-book"
    assert stop.value.facts == {"order": "10017", "fact": fact}


def test_an_order_without_lines_is_not_what_was_charged():
    order = replace(an_order(total="10.00"), lines=())
    with pytest.raises(NeedsSetup, match="total-off"):
        rows(order)


def test_parts_of_an_ore_are_a_mistake_of_ours():
    with pytest.raises(ValueError, match=r"33\.333 has parts of an øre"):
        rows(an_order(a_line("33.333"), a_line("66.667")))


@pytest.mark.parametrize(
    ("rate", "written", "country"), [("6", "6", "DK"), ("25.50", "25.5", "DK"), ("20", "20", ""), ("-1", "-1", "SE")]
)
def test_a_rate_that_is_not_in_use_stops(rate, written, country):
    order = an_order(a_line("10.00", rate), delivery=Party(country=country))
    with pytest.raises(NeedsSetup) as stop:
        rows(order, rates=(Decimal(25),))
    assert stop.value.code == "vat-rate-missing"
    assert stop.value.facts == {"rate": written, "country": country or "DK", "order": "10017", "field": "rates"}


def test_a_free_line_s_rate_must_be_in_use_too():
    with pytest.raises(NeedsSetup, match="vat-rate-missing"):
        rows(an_order(a_line(), a_line("0.00", "7")))


# --- discounts --------------------------------------------------------------------------------------------------------
def test_a_discount_with_a_rate_stays_at_it():
    assert rows(an_order(a_line("100.00"), a_line("50.00", "0"), a_discount("-20.00", "0"))) == [
        ("product", "100.00", "25"),
        ("product", "50.00", "0"),
        ("discount", "-20.00", "0"),
    ]


def test_a_discount_without_a_rate_lowers_the_goods_rates_in_proportion():
    order = an_order(a_line("150.00"), a_discount("-20.00"), a_line("50.00", "0"), shipping("39.00", "12"))
    assert rows(order) == [
        ("product", "150.00", "25"),
        ("discount", "-15.00", "25"),
        ("discount", "-5.00", "0"),
        ("product", "50.00", "0"),
        ("shipping", "39.00", "12"),
    ]


def test_a_discount_s_parts_add_up_to_it():
    order = an_order(a_line("10.00"), a_line("10.00", "0"), a_line("10.00", "12"), a_discount("-10.00"))
    assert [row[1] for row in rows(order)[3:]] == ["-3.34", "-3.33", "-3.33"]


def test_a_discount_too_small_to_share_leaves_no_empty_line():
    order = an_order(a_line("10.00"), a_line("20.00", "0"), a_discount("-0.01"))
    assert rows(order)[2:] == [("discount", "-0.01", "0")]


def test_returned_goods_do_not_draw_a_discount():
    order = an_order(a_line("100.00"), a_line("-10.00", "0", quantity="-1"), a_discount("-20.00"))
    assert rows(order)[2:] == [("discount", "-20.00", "25")]


def test_a_discount_without_goods_lowers_what_there_is():
    assert rows(an_order(shipping("39.00"), a_discount("-9.00"))) == [
        ("shipping", "39.00", "25"),
        ("discount", "-9.00", "25"),
    ]


def test_a_discount_of_nothing_known_stops():
    with pytest.raises(NeedsSetup) as stop:
        rows(an_order(a_discount("20.00")))
    assert (stop.value.code, stop.value.facts) == ("fact-missing", {"fact": "vat_rate", "order": "10017"})


# --- gift cards -------------------------------------------------------------------------------------------------------
def with_card(*lines: OrderLine, amount: str = "100.00") -> Order:
    return an_order(*lines, payments=(a_gift_card(amount), by_card("99.00")))


def test_a_gift_card_pays_the_invoice():
    document = invoice(with_card(), gift_card=GiftCard.PAYMENT)
    assert document.gross == Decimal("199.00")
    assert [(part.kind, part.amount) for part in document.payments] == [
        (PaymentKind.GIFT_CARD, Decimal("100.00")),
        (PaymentKind.CARD, Decimal("99.00")),
    ]


def test_a_gift_card_as_a_line_lowers_the_invoice_and_pays_no_more():
    document = invoice(with_card(), gift_card=GiftCard.LINE)
    line = document.lines[-1]
    assert document.order_total.amount == Decimal("199.00")
    assert (line.item, line.description, line.unit_price) == ("GIFT_CARD-25", "Gavekort", Decimal("-80.00"))
    assert document.total.amount == document.gross == Decimal("99.00")
    assert document.payments == (by_card("99.00"),)


def test_a_gift_card_as_a_line_is_spread_over_everything_it_pays_for():
    order = with_card(a_line("150.00"), shipping("50.00", "0"), a_discount("-50.00"), amount="75.00")
    assert rows(order, gift_card=GiftCard.LINE)[-2:] == [("gift_card", "-50.00", "25"), ("gift_card", "-25.00", "0")]


def test_two_gift_cards_are_one_line():
    order = an_order(payments=(a_gift_card("60.00"), a_gift_card("40.00")))
    assert rows(order, gift_card=GiftCard.LINE)[1:] == [("gift_card", "-100.00", "25")]


def test_a_gift_card_that_pays_all_leaves_nothing_to_invoice():
    with pytest.raises(Unsupported, match="nothing-to-book"):
        rows(with_card(amount="199.00"), gift_card=GiftCard.LINE)
    assert rows(with_card(amount="199.00"), gift_card=GiftCard.PAYMENT) == [("product", "199.00", "25")]


def test_in_total_lines_a_gift_card_lowers_its_rate():
    assert rows(with_card(), gift_card=GiftCard.LINE, layout=Layout.TOTAL) == [("total", "99.00", "25")]


def test_payments_of_nothing_are_left_out_and_negative_ones_are_a_mistake():
    assert invoice(an_order(payments=(by_card("0.00"),))).payments == ()
    with pytest.raises(ValueError, match="a payment is negative"):
        invoice(an_order(payments=(Payment(PaymentKind.CARD, Decimal("-1.00")),)))
