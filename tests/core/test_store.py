"""Orders, documents and figures come back from JSON as they went in."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.core.document import Customer, DocumentLine, Figures, InvoiceDocument, Situation
from connector.core.mapping import order_to_invoice
from connector.core.money import Money
from connector.core.order import LineKind, Order, OrderLine, Party, Payment, PaymentKind
from connector.core.store import (
    document_from_json,
    document_to_json,
    figures_from_json,
    figures_to_json,
    order_from_json,
    order_to_json,
)
from tests.core.orders import a_gift_card, a_line, an_order, by_card, rules, shipping

pytestmark = pytest.mark.unit

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
# Every sign but half a pair, by its number: the usual alphabet is built from tables for more than a second.
signs = st.one_of(st.integers(0x20, 0x17F), st.integers(0, 0xD7FF), st.integers(0xE000, 0x10FFFF)).map(chr)
texts = st.text(signs, max_size=8)
zones = st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-3, minutes=-30))])
moments = st.datetimes(timezones=zones)
parties = st.builds(Party, **{field.name: texts for field in fields(Party)})
payments = st.builds(Payment, kind=st.sampled_from(PaymentKind), amount=amounts, method=texts)
moneys = st.builds(Money, amount=amounts, currency=st.sampled_from(["DKK", "SEK", "EUR"]))
order_lines = st.builds(
    OrderLine,
    kind=st.sampled_from(LineKind),
    name=texts,
    gross=amounts,
    vat_rate=st.sampled_from([Decimal("25"), Decimal("25.5"), Decimal("0"), Decimal("-1")]),
    quantity=amounts,
    sku=texts,
)
orders = st.builds(
    Order,
    shop_kind=texts,
    shop_id=texts,
    id=texts,
    number=texts,
    total=moneys,
    lines=st.lists(order_lines, max_size=3).map(tuple),
    buyer=parties,
    placed_at=moments,
    paid_at=st.none() | moments,
    shipped_at=st.none() | moments,
    is_cancelled=st.booleans(),
    payments=st.lists(payments, max_size=2).map(tuple),
    delivery=st.none() | parties,
    reading=texts,
)
document_lines = st.builds(
    DocumentLine, item=texts, description=texts, quantity=amounts, unit_price=amounts, vat_rate=amounts, group=texts
)
documents = st.builds(
    InvoiceDocument,
    key=texts,
    number=texts,
    date=st.dates(),
    customer=st.builds(Customer, key=texts, party=parties, collective=texts),
    situation=st.sampled_from(Situation),
    total=moneys,
    order_total=moneys,
    lines=st.lists(document_lines, max_size=3).map(tuple),
    heading=texts,
    reference=texts,
    note=texts,
    delivery_date=st.none() | st.dates(),
    delivery=st.none() | parties,
    payments=st.lists(payments, max_size=2).map(tuple),
    choices=st.dictionaries(texts, texts, max_size=3),
)


def through_the_database(data):
    """As a JSON column keeps it; a float would be let through here, and must not be there."""
    return json.loads(json.dumps(data), parse_float=_no_float)


def _no_float(said):
    raise AssertionError(f"{said} is a float")


@settings(max_examples=25, deadline=None)
@given(orders)
def test_any_order_comes_back_as_it_was(order):
    assert order_from_json(through_the_database(order_to_json(order))) == order


@settings(max_examples=25, deadline=None)
@given(documents)
def test_any_document_comes_back_as_it_was(document):
    assert document_from_json(through_the_database(document_to_json(document))) == document


@pytest.mark.parametrize("unsaid", [None, "", "501"])
def test_figures_come_back_as_they_were(unsaid):
    figures = Figures(Decimal("414.29"), Decimal("82.860000"), "DKK", unsaid, unsaid)
    assert figures_from_json(through_the_database(figures_to_json(figures))) == figures


@pytest.mark.parametrize("fold", [0, 1])
def test_a_time_keeps_its_moment_in_the_hour_that_comes_twice(fold):
    at = datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=ZoneInfo("Europe/Copenhagen"))
    back = order_from_json(through_the_database(order_to_json(an_order(placed_at=at)))).placed_at
    assert back.astimezone(UTC) == datetime(2026, 10, 25, fold, 30, tzinfo=UTC)


def test_amounts_keep_their_decimals():
    kept = order_to_json(an_order(a_line("10.00"), shipping("39.50")))
    assert kept["total"] == {"amount": "49.50", "currency": "DKK"}
    assert order_from_json(kept).total.amount.as_tuple().exponent == -2


def test_a_mapped_document_comes_back_with_the_same_sums():
    order = an_order(a_line("412.30"), shipping(), payments=(a_gift_card(), by_card("351.30")))
    document = order_to_invoice(order, rules(), date=date(2026, 11, 20), known={"SKU-1"})
    back = document_from_json(through_the_database(document_to_json(document)))
    assert (back, back.gross, back.by_rate) == (document, document.gross, document.by_rate)


def test_what_a_later_version_added_takes_its_default():
    kept = order_to_json(an_order())
    del kept["reading"]
    assert order_from_json({**kept, "not_known_yet": 1}) == an_order()
