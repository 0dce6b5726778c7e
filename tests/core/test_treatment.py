"""The decision table: destination × buyer × VAT charged × One Stop Shop, a test per cell."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

import pytest

from connector.core.document import Situation
from connector.core.errors import NeedsSetup
from connector.core.order import Order, Party
from connector.core.rules import MappingRules
from connector.core.treatment import Treatment, Why, tax_point, treat, usable_rates, zones_needed
from tests.core.orders import a_discount, a_line, an_order, rules, shipping

pytestmark = pytest.mark.unit

DAY = date(2026, 11, 20)
DOMESTIC, ABROAD = Situation.DOMESTIC, Situation.ABROAD
EU_BUSINESS, EU_CONSUMER = Situation.EU_BUSINESS, Situation.EU_CONSUMER
PERSON: dict[str, str] = {}
COMPANY = {"company": "Oy Esimerkki"}
NUMBERED = {"company": "Oy Esimerkki", "vat_number": "FI12345678"}
SOLE_TRADER = {"vat_number": "12345678"}
MALFORMED = {"company": "Oy Esimerkki", "vat_number": "FI123"}
FOREIGN = {"vat_number": "SE556677889901"}


def sold(rate: str, country: str = "FI", buyer: dict[str, str] = PERSON, postcode: str = "00100") -> Order:
    charged = [a_line("100.00", part) for part in rate.split()]
    return an_order(*charged, buyer=Party(name="Aino", country=country, postcode=postcode, **buyer))


def chosen(oss: str = "", **more) -> MappingRules:
    return rules(oss_from=date.fromisoformat(oss) if oss else None, **more)


ON, TODAY, OFF, LATER = "2026-07-01", "2026-11-20", "", "2026-11-21"


@pytest.mark.parametrize("rate", ["25", "0", "25 0", "12"])
@pytest.mark.parametrize("country", ["DK", ""])
def test_a_sale_at_home_is_domestic(country, rate):
    buyers = [PERSON, COMPANY, {"vat_number": "DK12345678"}, MALFORMED]
    for buyer, oss in product(buyers, [ON, OFF]):
        order = sold(rate, country, buyer, postcode="8000")
        assert treat(order, chosen(oss), DAY) == Treatment(DOMESTIC, Why.HOME), (buyer, oss)


@pytest.mark.parametrize(
    ("country", "postcode"), [("NO", "0150"), ("GL", "3900"), ("DK", "3900"), ("FO", "100"), ("FI", "22100")]
)
def test_no_vat_outside_the_eu_is_abroad(country, postcode):
    for buyer, oss in product([PERSON, COMPANY, MALFORMED], [ON, OFF]):
        found = treat(sold("0", country, buyer, postcode), chosen(oss), DAY)
        assert found == Treatment(ABROAD, Why.OUTSIDE), (buyer, oss)


@pytest.mark.parametrize("oss", [ON, OFF])
@pytest.mark.parametrize("rate", ["25", "25 0"])
@pytest.mark.parametrize(("country", "postcode"), [("NO", "0150"), ("DK", "3900"), ("FI", "22100")])
def test_home_s_vat_outside_the_eu_is_domestic(country, postcode, rate, oss):
    expected = Treatment(DOMESTIC, Why.OUTSIDE_WITH_VAT)
    assert treat(sold(rate, country, PERSON, postcode), chosen(oss), DAY) == expected


@pytest.mark.parametrize("oss", [ON, OFF])
@pytest.mark.parametrize("buyer", [NUMBERED, SOLE_TRADER])
def test_no_vat_to_a_business_with_a_number(buyer, oss):
    assert treat(sold("0", buyer=buyer), chosen(oss), DAY) == Treatment(EU_BUSINESS, Why.BUSINESS)


@pytest.mark.parametrize("rate", ["25.5", "25.5 0", "13.5", "25.5 10"])
def test_the_destination_s_vat_under_the_one_stop_shop(rate):
    expected = Treatment(EU_CONSUMER, Why.CONSUMER_OSS, "FI")
    for buyer, oss in product([PERSON, COMPANY, NUMBERED, MALFORMED, FOREIGN], [ON, TODAY]):
        assert treat(sold(rate, buyer=buyer), chosen(oss), DAY) == expected, (buyer, oss)


@pytest.mark.parametrize("oss", [OFF, LATER])
@pytest.mark.parametrize("buyer", [PERSON, COMPANY, MALFORMED, FOREIGN])
@pytest.mark.parametrize("rate", ["25", "25 0"])
def test_home_s_vat_to_a_consumer_without_the_one_stop_shop(rate, buyer, oss):
    expected = Treatment(DOMESTIC, Why.CONSUMER_HOME_VAT)
    assert treat(sold(rate, buyer=buyer), chosen(oss), DAY) == expected


@pytest.mark.parametrize("oss", [ON, OFF])
@pytest.mark.parametrize("buyer", [NUMBERED, SOLE_TRADER])
def test_home_s_vat_to_a_business_with_a_number_is_domestic(buyer, oss):
    assert treat(sold("25", buyer=buyer), chosen(oss), DAY) == Treatment(DOMESTIC, Why.BUSINESS_WITH_VAT)


@pytest.mark.parametrize(
    ("oss", "expected"),
    [(ON, Treatment(EU_CONSUMER, Why.CONSUMER_OSS, "SE")), (OFF, Treatment(DOMESTIC, Why.CONSUMER_HOME_VAT))],
)
def test_where_two_countries_have_one_rate_the_one_stop_shop_decides(oss, expected):
    assert treat(sold("25", "SE", PERSON, "21120"), chosen(oss), DAY) == expected


def test_a_parcel_to_belfast_is_one_to_the_eu():
    expected = Treatment(EU_CONSUMER, Why.CONSUMER_OSS, "XI")
    assert treat(sold("20", "GB", PERSON, "BT1 5GS"), chosen(ON), DAY) == expected


# --- cells in which nothing is right ---------------------------------------------------------------------------------
def stopped(order: Order, how: MappingRules, vat_free: tuple[str, ...] = ()) -> tuple[str, dict[str, str]]:
    with pytest.raises(NeedsSetup) as stop:
        treat(order, how, DAY, vat_free)
    return stop.value.code, {name: value for name, value in stop.value.facts.items() if name != "order"}


@pytest.mark.parametrize("oss", [ON, OFF])
@pytest.mark.parametrize(
    ("buyer", "code", "facts"),
    [
        (MALFORMED, "vat-number-unconfirmed", {"number": "FI123"}),
        (FOREIGN, "vat-number-unconfirmed", {"number": "SE556677889901"}),
        (COMPANY, "fact-missing", {"fact": "vat_number"}),
    ],
)
def test_no_vat_to_a_company_without_a_usable_number(buyer, code, facts, oss):
    assert stopped(sold("0", buyer=buyer), chosen(oss)) == (code, facts)


@pytest.mark.parametrize(("oss", "expected"), [(ON, "25.5"), (OFF, "25"), (LATER, "25")])
def test_no_vat_to_a_consumer_in_the_eu(oss, expected):
    facts = {"country": "FI", "shop_rate": "0", "books_rate": expected}
    assert stopped(sold("0"), chosen(oss)) == ("vat-mismatch", facts)


def test_home_s_vat_to_a_consumer_though_the_one_stop_shop_is_used():
    facts = {"country": "FI", "shop_rate": "25", "books_rate": "25.5"}
    assert stopped(sold("25"), chosen(ON)) == ("vat-mismatch", facts)


@pytest.mark.parametrize(
    ("rate", "country", "oss", "told"),
    [
        ("24", "FI", ON, "24"),
        ("25.5", "FI", OFF, "25.5"),
        ("25.5", "FI", LATER, "25.5"),
        ("19", "FI", ON, "19"),
        ("25 25.5", "FI", ON, "25.5"),
        ("25 19 25.5", "FI", ON, "19"),
        ("15", "NO", OFF, "15"),
        ("25 15", "NO", ON, "15"),
    ],
)
def test_a_rate_that_is_neither_home_s_nor_usable_there(rate, country, oss, told):
    facts = {"rate": told, "country": country}
    assert stopped(sold(rate, country), chosen(oss)) == ("vat-rate-missing", facts)


def test_a_business_charged_another_country_s_rate_stops_too():
    assert stopped(sold("25.5", buyer=NUMBERED), chosen(OFF))[0] == "vat-rate-missing"


def test_the_stop_names_the_order():
    with pytest.raises(NeedsSetup) as stop:
        treat(sold("0"), chosen(), DAY)
    assert stop.value.facts["order"] == "10017"


# --- goods without VAT at home ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("buyer", [PERSON, COMPANY, MALFORMED])
@pytest.mark.parametrize("oss", [ON, OFF])
def test_goods_that_carry_no_vat_at_home_need_none_in_the_eu(buyer, oss):
    order = an_order(a_line("100.00", "0"), shipping("39.00", "0"), buyer=Party(country="FI", **buyer))
    assert treat(order, chosen(oss), DAY, {"SKU-1"}) == Treatment(DOMESTIC, Why.VAT_FREE_AT_HOME)


def test_one_taxed_product_among_them_stops():
    order = an_order(a_line("100.00", "0"), a_line("50.00", "0", sku="SKU-2"), buyer=Party(country="FI"))
    assert stopped(order, chosen(), ("SKU-1",))[0] == "vat-mismatch"


def test_an_order_of_shipping_alone_is_not_free_goods():
    order = an_order(shipping("39.00", "0"), buyer=Party(country="FI"))
    assert stopped(order, chosen(), ("SKU-1", ""))[0] == "vat-mismatch"


def test_a_business_is_one_whatever_it_buys():
    assert treat(sold("0", buyer=NUMBERED), chosen(), DAY, {"SKU-1"}).situation is EU_BUSINESS


# --- what decides ----------------------------------------------------------------------------------------------------
def test_lines_of_nothing_and_discounts_of_no_stated_rate_charge_no_vat():
    order = an_order(a_line("100.00", "0"), a_line("0.00", "25"), a_discount("-10.00"), buyer=Party(country="NO"))
    assert treat(order, chosen(), DAY).situation is ABROAD


def test_where_the_goods_went_decides():
    home, away = Party(country="DK", postcode="8000"), Party(country="NO", postcode="0150")
    assert treat(an_order(a_line("10.00", "0"), buyer=home, delivery=away), chosen(), DAY).situation is ABROAD
    assert treat(an_order(a_line("10.00", "0"), buyer=away, delivery=home), chosen(), DAY).situation is DOMESTIC


def test_a_receiver_without_a_country_is_where_the_buyer_is():
    order = an_order(a_line("10.00", "0"), buyer=Party(country="NO"), delivery=Party(name="Per", postcode="8000"))
    assert treat(order, chosen(), DAY).situation is ABROAD


def test_a_norwegian_seller_has_no_one_stop_shop():
    order = sold("0", "SE", PERSON, "21120")
    assert treat(order, chosen(ON, home_country="NO"), DAY).situation is ABROAD
    assert stopped(sold("12.5", "SE"), chosen(ON, home_country="NO"))[0] == "vat-rate-missing"


def test_a_home_whose_rates_nobody_knows_charges_its_own():
    assert treat(sold("24", "DK", PERSON, "8000"), chosen(home_country="IS"), DAY).situation is DOMESTIC


@pytest.mark.parametrize(
    ("paid", "shipped_on", "expected"),
    [
        (datetime(2024, 8, 31, 21, 59, tzinfo=UTC), date(2024, 9, 2), date(2024, 8, 31)),
        (datetime(2024, 8, 31, 22, 0, tzinfo=UTC), date(2024, 9, 2), date(2024, 9, 1)),
        (datetime(2024, 9, 5, tzinfo=UTC), date(2024, 9, 2), date(2024, 9, 2)),
        (None, date(2024, 9, 2), date(2024, 9, 2)),
    ],
)
def test_an_earlier_payment_is_the_tax_point(paid, shipped_on, expected):
    assert tax_point(an_order(paid_at=paid), shipped_on) == expected


@pytest.mark.parametrize(("rate", "day"), [("24", date(2024, 8, 31)), ("25.5", date(2024, 9, 1))])
def test_the_rate_of_the_day_is_the_one_that_counts(rate, day):
    how = chosen("2021-07-01")
    assert treat(sold(rate), how, day).country == "FI"
    other = {"24": "25.5", "25.5": "24"}[rate]
    with pytest.raises(NeedsSetup, match="vat-rate-missing"):
        treat(sold(other), how, day)


def test_the_destination_s_rates_are_usable_under_the_one_stop_shop():
    in_use = (Decimal(25), Decimal(0))
    finnish = (Decimal(10), Decimal("13.5"), Decimal("25.5"))
    assert usable_rates(sold("25.5"), chosen(ON, rates=in_use), DAY) == (*in_use, *finnish)
    assert usable_rates(sold("25"), chosen(OFF, rates=in_use), DAY) == in_use
    assert usable_rates(sold("0", "NO"), chosen(ON, rates=in_use), DAY) == in_use
    assert usable_rates(sold("25", "DK"), chosen(ON, rates=in_use), DAY) == in_use


def test_the_zones_that_the_orders_seen_need():
    orders = [
        sold("25 0", "DK", PERSON, "8000"),
        sold("25.5"),
        sold("10"),
        sold("0", "GL"),
        sold("0", buyer=NUMBERED),
        sold("0"),
        sold("7"),
    ]
    assert zones_needed(orders, chosen(ON)) == {
        "zone_domestic": {Decimal(25), Decimal(0)},
        "zone_eu_consumer@FI": {Decimal("25.5"), Decimal(10)},
        "zone_abroad": {Decimal(0)},
        "zone_eu_business": {Decimal(0)},
    }
