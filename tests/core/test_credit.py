"""Notes of a part of an invoice: what each takes, what is left, and that they are the invoice in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.core.credit import EXTRA, AboveRemainder, Remainder, Wish, document_of
from connector.core.document import InvoiceDocument, Original
from connector.core.mapping import GiftCard, Layout, order_to_invoice, wanted_items
from connector.core.money import total
from connector.core.readings import GROSS_READINGS, READINGS, Reading
from connector.core.store import credited_from_json, credited_to_json, wish_from_json, wish_to_json
from connector.core.vat import Taxed
from tests.core.credits.judge import verdict
from tests.core.orders import a_discount, a_gift_card, a_line, an_order, rules, shipping

pytestmark = pytest.mark.unit

DAY = date(2026, 11, 20)
PER_LINE = READINGS[2]
ONCE = Reading("document", "half-up", "gross")
CUPS = a_line("398.00", quantity="2", name="Cup", sku="CUP")
PLATES = a_line("99.99", quantity="3", name="Plate", sku="PLATE")
BOOK = a_line("112.00", "12", name="Book", sku="BOOK")


def invoice(*lines, payments=(), **more) -> InvoiceDocument:
    """The invoice of these order lines."""
    order, chosen = an_order(*lines, payments=payments), rules(**more)
    return order_to_invoice(order, chosen, date=DAY, known=wanted_items(order, chosen))


def entries(document: InvoiceDocument) -> dict[str, int]:
    """The places of the entries by their texts."""
    return {entry.first.description: at for at, entry in Remainder(document).entries.items()}


def wish(document: InvoiceDocument, **quantities: int) -> Wish:
    places = entries(document)
    return Wish({places[name]: Decimal(quantity) for name, quantity in quantities.items()})


def credited(document: InvoiceDocument, *wishes: Wish) -> list[InvoiceDocument]:
    """The documents of these notes, one after the other."""
    notes = []
    for asked in wishes:
        notes.append(Remainder(document, [note.credited for note in notes]).note(asked))
    return [document_of(document, note) for note in notes]


def told(document: InvoiceDocument) -> list[tuple[str, str, str]]:
    return [(line.description, str(line.quantity), str(line.unit_price)) for line in document.lines]


def sums(*documents: InvoiceDocument) -> dict[Decimal, tuple[Decimal, Decimal]]:
    """Net and VAT of all of them by rate, without rates of which there is nothing."""
    rates = dict.fromkeys(rate for document in documents for rate in document.by_rate)
    parts = {
        rate: [document.by_rate.get(rate, Taxed(Decimal(0), Decimal(0))) for document in documents] for rate in rates
    }
    added = {
        rate: (total(part.net for part in found), total(part.vat for part in found)) for rate, found in parts.items()
    }
    return {rate: both for rate, both in added.items() if any(both)}


# --- what a note takes -----------------------------------------------------------------------------------------------
def test_a_full_credit_is_the_invoice_in_one():
    whole = invoice(CUPS, PLATES, BOOK, a_discount("-50.00"), shipping())
    [note] = credited(whole, Wish(is_rest=True))
    assert (note.lines, note.total) == (whole.lines, whole.total)
    asked_for = credited(whole, wish(whole, Cup=2, Plate=3, Book=1, GLS=1))
    assert asked_for == [note]


def test_one_line_of_several_and_part_of_a_quantity():
    whole = invoice(CUPS, BOOK, shipping())
    book, cup = credited(whole, wish(whole, Book=1), wish(whole, Cup=1))
    assert told(book) == [("Book", "1", "100.00")]
    assert (told(cup), str(cup.gross)) == ([("Cup", "1", "159.20")], "199.00")


def test_shipping_alone():
    whole = invoice(CUPS, shipping())
    [note] = credited(whole, wish(whole, GLS=1))
    assert told(note) == [("GLS", "1", "31.20")]


def test_shares_are_cumulative_and_the_last_takes_the_residue():
    whole = invoice(a_line("100.00", "0", quantity="3", name="Plate"))
    notes = credited(whole, *[wish(whole, Plate=1)] * 3)
    assert [str(note.net) for note in notes] == ["33.33", "33.34", "33.33"]
    assert sums(*notes) == sums(whole)


def test_vat_that_two_roundings_would_lose_is_kept():
    # 0.02 net at 25 % has an øre of VAT; two notes of 0.01 would have none.
    whole = invoice(a_line("0.03", quantity="2", name="Straw"))
    assert (whole.net, whole.vat) == (Decimal("0.02"), Decimal("0.01"))
    notes = credited(whole, wish(whole, Straw=1), wish(whole, Straw=1))
    assert sums(*notes) == sums(whole)


def test_a_split_line_is_one_entry_and_half_of_it_one_line():
    whole = invoice(a_line("100.00", quantity="7", name="Plate"))
    assert len(whole.lines) == 2
    [entry] = Remainder(whole).choices
    assert (entry.quantity, entry.amount) == (Decimal(7), whole.net)
    some, rest = credited(whole, wish(whole, Plate=3), wish(whole, Plate=4))
    assert sum(line.quantity for line in some.lines) == 3
    assert sums(some, rest) == sums(whole)


def test_a_discount_goes_along_in_its_share():
    whole = invoice(CUPS, PLATES, a_discount("-49.80", "25"), shipping())
    first, second, rest = credited(whole, wish(whole, Cup=1), wish(whole, Cup=1), wish(whole, Plate=3, GLS=1))
    # Of 497.99 in goods 199.00 are taken back each time: 40 % of the discount, together 31.83.
    assert [str(note.lines[-1].unit_price) for note in (first, second)] == ["-15.92", "-15.91"]
    assert sums(first, second, rest) == sums(whole)
    assert rest.lines[-1].quantity == 1


def test_shipping_takes_no_part_of_a_goods_discount():
    whole = invoice(CUPS, a_discount("-49.80", "25"), shipping())
    [note] = credited(whole, wish(whole, GLS=1))
    assert told(note) == [("GLS", "1", "31.20")]


def test_a_gift_card_paid_for_everything():
    card = a_gift_card("100.00")
    whole = invoice(CUPS, shipping("102.00"), payments=(card,), gift_card=GiftCard.LINE)
    [note] = credited(whole, wish(whole, GLS=1))
    # A fifth of what was sold, and so of the card.
    assert [line.purpose for line in note.lines] == ["shipping", "gift_card"]
    assert abs(note.gross - (Decimal("102.00") - Decimal("20.40"))) <= Decimal("0.02")


def test_the_ore_of_rounding_goes_with_the_last_note():
    whole = invoice(a_line("0.02", name="Straw"), a_line("125.00", name="Cup"))
    [at] = [place for place, entry in Remainder(whole).entries.items() if entry.purpose == "rounding"]
    first, last = credited(whole, wish(whole, Cup=1), wish(whole, Straw=1))
    assert "rounding" not in {line.purpose for line in first.lines}
    assert last.lines[-1] == whole.lines[at]
    assert first.gross + last.gross == whole.gross


def test_free_goods_go_along_and_do_not_hold_the_rest_back():
    whole = invoice(a_line("0.02", name="Straw"), a_line("0.00", quantity="3", name="Gift", sku="GIFT"))
    [note] = credited(whole, wish(whole, Straw=1))
    assert (note.gross, [line.description for line in note.lines]) == (whole.gross, ["Straw", "Øreafrunding"])
    [with_gift] = credited(whole, wish(whole, Straw=1, Gift=2))
    assert ("Gift", "2", "0.00") in told(with_gift)
    [nothing] = credited(whole, wish(whole, Gift=1))
    assert nothing.gross == 0


# --- amounts without a line ------------------------------------------------------------------------------------------
def an_amount(gross: str, rate: str = "25") -> Wish:
    at = Decimal(rate)
    return Wish(amounts={at: Decimal(gross)}, items={at: "CREDIT"}, text="Late delivery")


@pytest.mark.parametrize("gross", ["50.00", "125.00", "0.05"])
def test_an_amount_stands_on_its_own_item(gross):
    whole = invoice(CUPS, BOOK)
    note, rest = credited(whole, an_amount(gross), Wish(is_rest=True))
    [line] = note.lines
    assert (line.item, line.description, str(note.gross)) == ("CREDIT", "Late delivery", gross)
    assert sums(note, rest) == sums(whole)


@pytest.mark.parametrize("reading", [*READINGS, *GROSS_READINGS, ONCE], ids=lambda reading: reading.name)
def test_all_that_is_left_at_a_rate_can_be_one_amount(reading):
    whole = invoice(a_line("33.33", name="Cup"), a_line("66.67", name="Plate", sku="B"), BOOK, reading=reading)
    left = Remainder(whole).gross_at(Decimal(25))
    note, rest = credited(whole, an_amount(str(left)), Wish(is_rest=True))
    assert note.gross == left
    assert {line.vat_rate for line in rest.lines if line.amount} == {Decimal(12)}
    assert note.gross + rest.gross == whole.gross


def test_what_an_amount_took_is_not_credited_again():
    whole = invoice(CUPS)
    with pytest.raises(AboveRemainder) as refused:
        credited(whole, an_amount("300.00"), wish(whole, Cup=1))
    assert (refused.value.line, refused.value.left) == (EXTRA, Decimal("98.00"))
    # All of the goods are all that is left, whatever an amount took before.
    notes = credited(whole, an_amount("300.00"), wish(whole, Cup=2))
    assert sums(*notes) == sums(whole)


# --- never above what is left ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("quantity", [3, -1])
def test_no_more_than_was_sold(quantity):
    whole = invoice(CUPS)
    with pytest.raises(AboveRemainder) as refused:
        credited(whole, wish(whole, Cup=quantity))
    assert (refused.value.line, refused.value.left) == (0, Decimal(2))


def test_no_more_than_an_earlier_note_left():
    whole = invoice(CUPS, BOOK)
    with pytest.raises(AboveRemainder) as refused:
        credited(whole, wish(whole, Cup=1), wish(whole, Cup=2))
    assert refused.value.left == 1


@pytest.mark.parametrize(
    ("gross", "rate", "left"), [("398.01", "25", "398.00"), ("-1.00", "25", "398.00"), ("1", "19", "0")]
)
def test_no_amount_above_its_rate(gross, rate, left):
    with pytest.raises(AboveRemainder) as refused:
        credited(invoice(CUPS, BOOK), an_amount(gross, rate))
    assert (refused.value.line, refused.value.left) == (EXTRA, Decimal(left))


def test_a_discount_is_no_choice_of_its_own():
    whole = invoice(CUPS, a_discount("-49.80", "25"))
    assert [entry.first.description for entry in Remainder(whole).choices] == ["Cup"]
    for at in (1, 9):
        with pytest.raises(AboveRemainder):
            credited(whole, Wish({at: Decimal(1)}))


def test_a_wish_for_nothing_is_nothing():
    [note] = credited(invoice(CUPS), Wish({0: Decimal(0)}, amounts={Decimal(25): Decimal(0)}))
    assert note.lines == ()


# --- the document ----------------------------------------------------------------------------------------------------
def test_a_note_has_the_treatment_of_its_invoice_and_nothing_of_its_payment():
    sold = replace(invoice(CUPS), rate_note="746.03 e-conomic 2026-11-20", vat_country="FI", delivery_date=DAY)
    note = document_of(sold, Remainder(sold).everything(), number="88", credits=Original(sold.key, "20231"))
    kept = ("situation", "vat_country", "choices", "rate_note", "customer", "rounding")
    assert [getattr(note, name) for name in kept] == [getattr(sold, name) for name in kept]
    assert (note.number, note.is_credit, note.payments, note.delivery_date) == ("88", True, (), None)


def test_totals_of_a_rate_are_credited_as_amounts():
    whole = invoice(CUPS, BOOK, layout=Layout.TOTAL)
    assert [entry.purpose for entry in Remainder(whole).choices] == ["total", "total"]
    note, rest = credited(whole, an_amount("100.00"), Wish(is_rest=True))
    assert sums(note, rest) == sums(whole)


def test_earlier_notes_count_as_other_books_would_add_them_up():
    whole = invoice(PLATES, BOOK)
    first = Remainder(whole).note(wish(whole, Plate=1))
    by_line = replace(whole, rounding=PER_LINE.name)
    anew = Remainder(whole, [first.credited]).under(by_line)
    rest = anew.everything()
    assert sums(*(document_of(by_line, note) for note in (first, rest))) == sums(by_line)


def test_what_was_asked_for_and_taken_comes_back_from_the_rows():
    asked = replace(an_amount("50.00"), quantities={0: Decimal("1.5")}, is_rest=True)
    assert wish_from_json(wish_to_json(asked)) == asked
    taken = Remainder(invoice(CUPS)).note(an_amount("50.00")).credited
    assert credited_from_json(credited_to_json(taken)) == taken


# --- whatever is sold and however it is cut --------------------------------------------------------------------------
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_any_partition_of_any_invoice_is_the_invoice(seed: int):
    """Per rate, in net, VAT and quantities, as each provider's books may round; judged in integers."""
    assert verdict(seed).faults == ()
