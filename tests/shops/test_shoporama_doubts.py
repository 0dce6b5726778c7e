"""Orders whose figures hold in no way, in several, or only just."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.core.errors import NeedsSetup
from shops.adapters.shoporama.facts import read_facts
from shops.adapters.shoporama.parts import Home
from shops.adapters.shoporama.readings import holding
from tests.shops.orders import ABROAD, GONE, MIXED, SHOP, USUAL, a_line, an_order, figures, read, read_all

pytestmark = pytest.mark.contract

D = Decimal


# --- what stops -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"total_price": D("437.01")}, ("total", "437.00", "437.01", "0.01")),
        ({"total_price": D("436.99")}, ("total", "437.00", "436.99", "-0.01")),
        ({"total_price": 400}, ("total", "437.00", "400.00", "-37.00")),
        ({"products": []}, ("total", "39.00", "437.00", "398.00")),
        ({"payment_fee": 5}, ("total", "442.00", "437.00", "-5.00")),
        ({"gift_card_amount": 100, "total_price": D("337.50")}, ("total", "437.00", "437.50", "0.50")),
        (
            {"products": [a_line(unit_price=D("159.20"))], "total_price": D("437.01")},
            ("total", "437.00", "437.01", "0.01"),
        ),
        # A discount that is stated must be in the total.
        ({"voucher_discount_amount": 20}, ("total", "437.00", "437.00", None)),
        # The total holds, the VAT does not.
        ({"vat": 60}, ("vat", "79.60", "60.00", "-19.60")),
        ({"vat": 0}, ("vat", "79.60", "0.00", "-79.60")),
        ({"products": [a_line(vat=0)], "vat": 87}, ("vat", "7.80", "87.00", "79.20")),
    ],
    ids=str,
)
def test_sums_that_do_not_hold_stop(changes: dict[str, Any], facts: tuple[str, str, str, str | None]):
    with pytest.raises(NeedsSetup, match="total-off") as caught:
        read_all(an_order(**changes))
    found = caught.value.facts
    assert found["order"] == "10017"
    what, lines, paid, difference = facts
    assert (found["what"], found["paid"]) == (what, paid)
    if difference is not None:
        assert (found["lines"], found["difference"]) == (lines, difference)


@pytest.mark.parametrize(
    ("changes", "field", "amount"),
    [
        ({"packaging_price": D("12.50")}, "packaging_price", "12.50"),
        ({"packaging_price": "12,50"}, "packaging_price", "12.50"),
        ({"insuranceTotal": 5}, "insuranceTotal", "5.00"),
        ({"fragtgebyr": 5}, "fragtgebyr", "5.00"),
        ({"ekstra_rabat": -5}, "ekstra_rabat", "-5.00"),
        ({"fees": [{"name": "Indpakning", "amount": 25}]}, "fees.amount", "25.00"),
        ({"shipping": {"name": "GLS", "price": 39, "surcharge": 12}}, "shipping.surcharge", "12.00"),
        ({"payment": {"name": "Dankort", "fee": 3}}, "payment.fee", "3.00"),
        ({"grand_total": 500}, "grand_total", "500.00"),
        ({"products": [a_line(discount=10)]}, "discount", "10.00"),
        # The field holds just what the sum lacks.
        ({"giftwrap_price": 25, "total_price": 462}, "giftwrap_price", "25.00"),
    ],
    ids=str,
)
def test_money_that_nobody_read_stops(changes: dict[str, Any], field: str, amount: str):
    with pytest.raises(NeedsSetup, match="amount-unread") as caught:
        read_all(an_order(**changes))
    assert caught.value.facts == {"order": "10017", "field": field, "amount": amount}


@pytest.mark.parametrize(
    "field", ["packaging_price", "discount_code", "price_group_id", "total_weight", "total_items", "coffee", "fee_type"]
)
def test_what_is_no_money_or_nothing_is_let_through(field: str):
    value = 0 if field == "packaging_price" else 5
    assert figures(read(an_order(**{field: value}))) == USUAL


# --- several readings -----------------------------------------------------------------------------------------------
def test_an_order_that_can_mean_two_things_gives_both_the_natural_first():
    found = read_all(an_order(products=MIXED, total_price=239, vat=GONE))
    assert [order.reading.split()[-1] for order in found] == ["shipping-incl-25", "shipping-incl-0", "shipping-shared"]


def test_a_sale_abroad_that_says_nothing_of_vat_is_in_doubt():
    found = read_all(an_order(**ABROAD, products=[a_line(vat=GONE)], vat=GONE))
    assert [figures(order)[0][2] for order in found] == ["25", "0"]


def test_readings_that_mean_the_same_are_one():
    raw = an_order(voucher_discount=10, products=[a_line(amount=1, unit_price=100)], total_price=129, vat=D("25.80"))
    assert len(read_all(raw)) == 1


def test_a_line_of_nothing_has_no_vat_to_disagree_on():
    free = a_line(unit_price=0, vat=GONE)
    assert len(read_all(an_order(products=[free], shipping_price=0, total_price=0, vat=0))) == 1


def test_the_shops_own_usual_rate_is_used():
    shop = replace(SHOP, default_vat_rate="12")
    raw = an_order(products=[a_line(vat=GONE)], vat=D("46.82"))
    assert {rate for _, _, rate in figures(read(raw, shop))} == {"12"}


# --- long orders ----------------------------------------------------------------------------------------------------
LONG = [a_line(name=f"Vare {n} 😀", amount=1 + n % 3, unit_price=D(n) + D("9.95")) for n in range(250)]
GOODS = sum(((1 + n % 3) * (D(n) + D("9.95")) for n in range(250)), D(0))


@pytest.mark.parametrize("rate", ["25", "0"])
def test_on_a_long_order_a_small_fee_keeps_its_own_rate(rate: str):
    """The allowance of an øre per line is 2.50 here, more than the fee's VAT."""
    total = GOODS + 39 + 5
    vat = (total - (0 if rate == "25" else 5)) / 5
    began = time.perf_counter()
    order = read(an_order(products=LONG, payment_fee=5, total_price=total, vat=vat))
    assert figures(order)[-1] == ("fee", "5.00", rate)
    assert len(order.lines) == 252
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("vat", ["20.00", "19.80"])
def test_vat_rounded_by_the_line_or_on_the_whole_agrees_to_the_øre(vat: str):
    lines = [a_line(amount=1, unit_price=D("0.99")) for _ in range(100)]
    raw = an_order(products=lines, shipping_price=0, total_price=99, vat=D(vat))
    (reading,) = holding(read_facts(raw, "10017"), Home(D(25)), "10017")
    assert reading.vat_off(D(vat)) == 0
    assert len(read(raw).lines) == 100
