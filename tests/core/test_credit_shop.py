"""The notes of what a shop credits: to its total, in the invoice's own lines, and never above what is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connector.core.credit import AboveRemainder, Note, Remainder, document_of
from connector.core.document import InvoiceDocument
from connector.core.errors import NeedsSetup
from connector.core.mapping import Layout, order_to_invoice, wanted_items
from connector.core.money import rounded, total
from connector.core.order import LineKind, Order, OrderLine
from connector.core.readings import GROSS_READINGS, READINGS
from connector.core.shop_credit import item_for, mirrored, note_of, rounding_of
from tests.core.credits.judge import books, gross
from tests.core.orders import PURPOSES, RATES, SPREAD, a_discount, a_line, an_order, rules, shipping

pytestmark = pytest.mark.unit

RULES = rules(
    items={purpose: {rate: f"{purpose.upper()}-{rate}" for rate in RATES} for purpose in (*PURPOSES, "credit_item")}
)
BY_ACCOUNT = rules(
    items={"sales_domestic": dict.fromkeys(RATES, "1000"), "shipping": {}},
    sells_by_account=True,
    spreads_discounts=True,
    reading=GROSS_READINGS[0],
    rounding_item="",
)
CUPS = a_line("398.00", quantity="2", name="Cup", sku="CUP")
BOOK = a_line("112.00", "12", name="Book", sku="BOOK")


def invoice(*lines: OrderLine, chosen=RULES) -> InvoiceDocument:
    order = an_order(*lines)
    return order_to_invoice(order, chosen, date=date(2026, 11, 20), known=wanted_items(order, chosen))


def credit(*lines: OrderLine, **more) -> Order:
    """The shop's credit of these lines, as its adapter reads it: amounts below zero, quantities above."""
    return an_order(*(replace(line, gross=-line.gross) for line in lines), number="10024", credits="10017", **more)


def notes(whole: InvoiceDocument, *credits: Order, chosen=RULES) -> list[Note]:
    made: list[Note] = []
    for one in credits:
        remainder = Remainder(whole, [note.credited for note in made])
        made.append(note_of(one, remainder, chosen, len(made)))
    return made


def told(note: Note) -> list[tuple[str, str, str, str]]:
    return [(line.item, line.description, str(line.quantity), str(line.unit_price)) for line in note.lines]


def test_a_credit_is_mirrored_as_the_sale_that_it_takes_back():
    sale = mirrored(credit(CUPS, shipping()))
    assert (sale.lines, str(sale.total), sale.credits, sale.payments) == ((CUPS, shipping()), "437.00 DKK", "", ())


def test_a_return_of_everything_is_the_invoice():
    whole = invoice(CUPS, BOOK, shipping())
    [note] = notes(whole, credit(CUPS, BOOK, shipping()))
    assert note.lines == whole.lines


def test_lines_are_known_by_their_number_their_name_or_what_they_are_for():
    whole = invoice(CUPS, BOOK, shipping())
    by_number = credit(a_line("199.00", sku="CUP", name="A cup that came back"))
    by_name = credit(a_line("112.00", "12", sku="", name="Book"))
    by_purpose = credit(replace(shipping(), name="Freight"))
    made = notes(whole, by_number, by_name, by_purpose)
    assert [told(note) for note in made] == [
        [("CUP", "Cup", "1", "159.20")],
        [("BOOK", "Book", "1", "100.00")],
        [("SHIPPING-25", "GLS", "1", "31.20")],
    ]


def test_a_product_on_several_lines_is_known_by_its_price_and_what_is_left():
    dear, cheap = a_line("600.00", quantity="3", name="Cup", sku="CUP"), a_line("99.00", name="Cup", sku="CUP")
    whole = invoice(cheap, dear, BOOK)
    two, one = (a_line(f"{200 * count}.00", quantity=str(count), name="Cup", sku="CUP") for count in (2, 1))
    first, last = notes(whole, credit(two), credit(one, cheap))
    assert told(first) == [("CUP", "Cup", "2", "160.00")]
    assert told(last) == [("CUP", "Cup", "1", "160.00"), ("CUP", "Cup", "1", "79.20")]


def test_two_lines_that_are_alike_are_credited_one_after_the_other():
    twice = [a_line("99.00", name="Cup", sku="CUP"), BOOK, a_line("99.00", name="Cup", sku="CUP")]
    whole = invoice(*twice)
    [note] = notes(whole, credit(twice[0], twice[2]))
    assert [part.line for part in note.credited] == [0, 2]
    assert [Remainder(whole, [note.credited]).quantity(at) for at in range(3)] == [0, 1, 0]


def test_lines_are_known_also_where_a_discount_stands_in_their_text():
    whole = invoice(CUPS, BOOK, a_discount("-51.00"), chosen=BY_ACCOUNT)
    assert whole.lines[0].description == "Cup (Rabat −39,80)"
    [note] = notes(
        whole,
        credit(replace(CUPS, gross=Decimal("199.00"), quantity=Decimal(1)), a_discount("-19.90")),
        chosen=BY_ACCOUNT,
    )
    assert told(note) == [("1000", "Cup (Rabat −39,80)", "1", "179.10")]
    assert Remainder(whole, [note.credited]).quantity(0) == 1


def test_the_shops_own_amount_counts_where_it_is_less():
    whole = invoice(CUPS)
    [note] = notes(whole, credit(a_line("150.00", sku="CUP", name="Cup")))
    assert told(note) == [("CUP", "Cup", "1", "120.00")]


def test_a_total_that_no_net_has_takes_an_ore_and_the_last_note_gives_it_back():
    whole = invoice(CUPS)
    some = credit(a_line("199.02", sku="CUP", name="Cup"))
    first, last = notes(whole, some, credit(a_line("198.98", sku="CUP", name="Cup")))
    assert told(first)[-1] == ("ROUNDING", "Øreafrunding", "1", "0.01")
    assert told(last)[-1] == ("ROUNDING", "Øreafrunding", "1", "-0.01")
    assert [document_of(whole, note).gross for note in (first, last)] == [Decimal("199.02"), Decimal("198.98")]


def test_the_last_takes_the_rest_where_the_shop_rounds_otherwise():
    # A third of 100.00 three times: the shop says 33.33 each time.
    whole = invoice(a_line("100.00", quantity="3", name="Plate", sku="PLATE"))
    made = notes(whole, *[credit(a_line("33.33", name="Plate", sku="PLATE"))] * 3)
    assert [document_of(whole, note).gross for note in made] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


def test_no_rate_is_credited_above_what_is_left_of_it():
    whole = invoice(CUPS, BOOK)
    [note] = notes(whole, credit(replace(CUPS, gross=Decimal("398.01"))))
    assert document_of(whole, note).by_rate[Decimal(25)].gross == Decimal("398.00")
    assert told(note)[-1][0] == "ROUNDING"
    for above in (replace(CUPS, gross=Decimal("398.20")), replace(CUPS, quantity=Decimal(3))):
        with pytest.raises(AboveRemainder):
            notes(whole, credit(above))


def test_books_with_prices_incl_vat_take_what_is_left_and_no_ore_more():
    whole = invoice(CUPS, BOOK, chosen=BY_ACCOUNT)
    [note] = notes(whole, credit(replace(CUPS, gross=Decimal("398.01"))), chosen=BY_ACCOUNT)
    assert document_of(whole, note).gross == Decimal("398.00")


def test_an_amount_that_belongs_to_no_line_asks_for_its_item():
    whole = invoice(CUPS)
    fine = credit(a_line("20.00", kind=LineKind.FEE, sku="", name="Wear"))
    [note] = notes(whole, fine)
    assert told(note) == [("CREDIT_ITEM-25", "Wear", "1", "16.00")]
    without = replace(RULES, items={**RULES.items, "credit_item": {}})
    with pytest.raises(NeedsSetup) as missing:
        notes(whole, fine, chosen=without)
    assert (missing.value.code, missing.value.facts["field"], missing.value.facts["rate"]) == (
        "choice-missing",
        "credit_item",
        "25",
    )


def test_books_that_sell_by_account_need_no_item_for_it():
    whole = invoice(CUPS, BOOK, chosen=BY_ACCOUNT)
    assert item_for(Decimal(25), Remainder(whole), BY_ACCOUNT, "10017") == "1000"
    totals = invoice(CUPS, chosen=replace(RULES, layout=Layout.TOTAL))
    assert item_for(Decimal(25), Remainder(totals), RULES, "10017") == "TOTAL-25"


def test_without_a_rounding_item_a_total_that_no_net_has_asks_for_it():
    with pytest.raises(NeedsSetup, match="vat-free-group-missing"):
        notes(invoice(CUPS), credit(a_line("100.02", sku="CUP", name="Cup")), chosen=replace(RULES, rounding_item=""))


def test_a_total_line_is_credited_by_what_the_shop_gives():
    whole = invoice(CUPS, BOOK, chosen=replace(RULES, layout=Layout.TOTAL))
    [note] = notes(whole, credit(a_line("199.00", sku="CUP", name="Cup")))
    assert told(note) == [("TOTAL-25", "Varer 25 %", "1", "159.20")]


# --- whatever is returned --------------------------------------------------------------------------------------------
prices = st.decimals("0.05", "900.00", places=2)
goods = st.lists(st.tuples(prices, st.integers(1, 4), st.sampled_from(["25", "25", "12", "0"])), min_size=1, max_size=3)


@settings(max_examples=30, deadline=None)
@given(goods, st.integers(0, 2), st.sampled_from([*READINGS, *GROSS_READINGS]), st.data())
def test_a_shops_credit_comes_to_its_total_to_the_ore(sold, percent, reading, data):
    """And what is returned after it is the rest of the invoice, in books of every kind."""
    lines = [
        a_line(str(price * quantity), rate, quantity=str(quantity), name=f"Line {at}", sku=f"S-{at}")
        for at, (price, quantity, rate) in enumerate(sold)
    ]
    taken = [data.draw(st.integers(0 if at else 1, int(line.quantity))) for at, line in enumerate(lines)]
    off = -rounded(total(line.gross for line in lines) * percent / 10)
    whole = invoice(*lines, *([a_discount(str(off))] if off else []), chosen=replace(RULES, reading=reading))
    parts = [
        replace(line, gross=rounded(line.gross * some / line.quantity), quantity=Decimal(some))
        for line, some in zip(lines, taken, strict=True)
        if some
    ]
    share = rounded(off * total(part.gross for part in parts) / total(line.gross for line in lines))
    returned = credit(*parts, *([a_discount(str(share), str(SPREAD))] if share else []))
    assume(returned.total.amount)
    [note] = notes(whole, returned, chosen=replace(RULES, reading=reading))
    made = gross(books(note.lines, reading.name))
    left = Remainder(whole, [note.credited])
    assert made == int(-returned.total.amount * 100) or left.gross == 0 or reading.prices == "gross"
    assert abs(made + int(returned.total.amount * 100)) <= 2 * (len(parts) + 1)
    assert left.gross >= 0
    left.rounding = rounding_of(RULES)
    rest = left.everything()
    assert made + gross(books(rest.lines, reading.name)) == int(whole.gross * 100)
