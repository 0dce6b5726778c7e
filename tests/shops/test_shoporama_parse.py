"""Who, when and in which state: every shape that the fact sheet leaves open, read the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.core.errors import NeedsSetup, Rejected, Stop
from connector.core.order import Method, Party, Payment, PaymentKind
from shops.adapters.shoporama.parse import needs_countries
from shops.adapters.shoporama.values import COPENHAGEN
from tests.shops.orders import GONE, SHOP, a_line, an_order, figures, read, read_all, sample

pytestmark = pytest.mark.contract

PLACED = datetime(2026, 3, 2, 10, 15, tzinfo=COPENHAGEN)
CHANGED = datetime(2026, 3, 2, 10, 16, 10, tzinfo=COPENHAGEN)


def test_the_usual_order():
    order = read(an_order())
    assert (order.key("invoice"), order.number) == ("invoice:shoporama:4001:912345", "10017")
    assert str(order.total) == "437.00 DKK"
    assert figures(order) == [("product", "398.00", "25"), ("shipping", "39.00", "25")]
    assert [(line.name, line.sku, line.quantity) for line in order.lines] == [
        ("T-shirt (M)", "SKU-1-M", 2),
        ("GLS", "", 1),
    ]
    assert (order.placed_at, order.paid_at, order.shipped_at) == (PLACED, CHANGED, None)
    assert not order.is_cancelled
    assert order.payments == (Payment(PaymentKind.CARD, Decimal(437)),)
    assert order.buyer == Party(
        name="Test Kunde",
        email="kunde@example.com",
        phone="12345678",
        address="Prøvevej 1",
        postcode="8000",
        city="Aarhus C",
        country="DK",
    )
    assert order.delivery is None
    assert order.reading == "prices-incl-vat shipping-incl-25"


def test_every_other_name_and_shape_at_once():
    order = read(sample("order_odd_shapes"))
    assert (order.id, order.number, str(order.total)) == ("912346", "10018", "2597.50 DKK")
    assert figures(order) == [("product", "2499.00", "25"), ("product", "49.50", "25"), ("shipping", "49.00", "25")]
    assert [line.name for line in order.lines] == ["Kop & hank (Blå, 😀)", "Løb", "PostNord"]
    assert [line.sku for line in order.lines] == ["KOP-7", "77", ""]
    assert (order.buyer.name, order.buyer.company) == ('Søren "Så" 🎁', "Nord & Søn ApS")
    assert order.buyer.contact == order.buyer.name
    assert (order.buyer.email, order.buyer.email_key) == ("Ida@Example.com", "ida@example.com")
    assert (order.buyer.vat_number, order.buyer.ean, order.buyer.country) == ("DK 12345678", "5798000001234", "DK")
    assert order.delivery == Party(name="Ida Holm", address="Storgata 1", postcode="0155", city="Oslo", country="NO")
    assert order.paid_at == datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
    assert order.shipped_at == datetime(2026, 3, 3, tzinfo=COPENHAGEN)
    assert order.payments == (Payment(PaymentKind.CARD, Decimal("2597.50"), "Dankort", "3"),)
    assert (order.method, order.status) == (Method("3", "Dankort"), "sent")


# --- when (section 4: paid is separate from status, its type is open) -----------------------------------------------
@pytest.mark.parametrize(
    ("changes", "paid_at"),
    [
        ({"paid": 1}, CHANGED),
        ({"paid": "1"}, CHANGED),
        ({"paid": True}, CHANGED),
        ({"paid": "true"}, CHANGED),
        ({"paid": Decimal("437.0")}, CHANGED),
        ({"paid": "2026-03-02 10:15:40"}, datetime(2026, 3, 2, 10, 15, 40, tzinfo=COPENHAGEN)),
        ({"paid": "2026-07-02T10:15:40"}, datetime(2026, 7, 2, 8, 15, 40, tzinfo=UTC)),
        ({"paid": 1772442940}, datetime(2026, 3, 2, 9, 15, 40, tzinfo=UTC)),
        ({"paid": 1, "paid_at": "2026-03-02"}, datetime(2026, 3, 2, tzinfo=COPENHAGEN)),
        ({"paid": 1, "paid_at": "0000-00-00 00:00:00"}, CHANGED),
        ({"paid": 1, "last_modified": GONE}, PLACED),
        ({"paid": GONE, "paid_at": "2026-03-02 10:15:40"}, datetime(2026, 3, 2, 10, 15, 40, tzinfo=COPENHAGEN)),
        ({"paid": 0}, None),
        ({"paid": "0"}, None),
        ({"paid": False}, None),
        ({"paid": None}, None),
        ({"paid": ""}, None),
        ({"paid": "0000-00-00 00:00:00"}, None),
        ({"paid": "reserved"}, None),
        ({"paid": 0, "paid_at": "2026-03-02 10:15:40"}, None),
    ],
    ids=str,
)
def test_paid(changes: dict[str, Any], paid_at: datetime | None):
    order = read(an_order(**changes))
    assert order.paid_at == paid_at
    assert bool(order.payments) is (paid_at is not None)


@pytest.mark.parametrize(
    ("changes", "shipped_at", "is_cancelled"),
    [
        ({"status": "sent"}, CHANGED, False),
        (
            {"status": "Sent", "sent_at": "2026-03-02 10:15:40"},
            datetime(2026, 3, 2, 10, 15, 40, tzinfo=COPENHAGEN),
            False,
        ),
        ({"status": "sent", "last_modified": GONE}, PLACED, False),
        ({"status": "new", "sent_at": None}, None, False),
        ({"status": "cancelled"}, None, True),
        ({"status": GONE}, None, False),
    ],
    ids=str,
)
def test_status(changes: dict[str, Any], shipped_at: datetime | None, is_cancelled: bool):
    order = read(an_order(**changes))
    assert (order.shipped_at, order.is_cancelled) == (shipped_at, is_cancelled)


def test_a_cancelled_order_whose_sums_do_not_hold_is_still_cancelled():
    order = read(an_order(status="cancelled", total_price=0))
    assert order.is_cancelled
    assert not order.total
    assert order.lines == ()


def test_an_order_without_any_time_says_so():
    with pytest.raises(NeedsSetup, match="fact-missing") as caught:
        read(an_order(time=GONE, last_modified=GONE))
    assert caught.value.facts == {"fact": "time", "order": "10017"}


# --- where ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "country"),
    [
        ({"order_country_id": 2, "order_country": GONE}, "SE"),
        ({"order_country_id": "2", "order_country": GONE}, "SE"),
        ({"order_country_id": "SE", "order_country": GONE}, "SE"),
        ({"order_country_id": "se", "order_country": ""}, "SE"),
        ({"order_country_id": GONE, "order_country": "Sverige"}, "SE"),
        ({"order_country_id": GONE, "order_country": "SWEDEN"}, "SE"),
        ({"order_country_id": GONE, "order_country": "UK"}, "GB"),
        ({"order_country_id": GONE, "order_country": "Holland"}, "NL"),
        ({"order_country_id": GONE, "order_country": {"country_id": 2, "name": "Sverige"}}, "SE"),
        ({"order_country_id": GONE, "order_country": GONE, "order_country_code": "FO"}, "FO"),
        ({"order_country_id": GONE, "order_country": GONE}, ""),
        ({"order_country_id": 0, "order_country": None}, ""),
    ],
    ids=str,
)
def test_countries(changes: dict[str, Any], country: str):
    assert read(an_order(del_country_id=GONE, **changes)).buyer.country == country


@pytest.mark.parametrize("changes", [{"order_country_id": 99}, {"order_country": "Langtbortistan"}], ids=str)
def test_a_country_that_nobody_knows_stops(changes: dict[str, Any]):
    raw = an_order(**({"order_country": GONE, "order_country_id": GONE} | changes))
    assert needs_countries(raw)
    with pytest.raises(NeedsSetup, match="fact-missing") as caught:
        read(raw)
    assert caught.value.facts == {"fact": "country", "order": "10017"}


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({}, True),
        ({"del_country_id": "DK"}, False),
        ({"del_country_id": GONE}, False),
        ({"del_country": "Danmark"}, False),
    ],
    ids=str,
)
def test_the_table_is_needed_only_for_bare_ids(changes: dict[str, Any], needed: bool):
    assert needs_countries(an_order(**changes)) is needed
    assert not needs_countries("words")


@pytest.mark.parametrize(
    ("changes", "delivery"),
    [
        ({"del_city": "Odense"}, Party(city="Odense", country="DK")),
        ({"del_city": "Oslo", "del_country_id": 3}, Party(city="Oslo", country="NO")),
        ({"del_city": "Odense", "del_country_id": GONE}, Party(city="Odense", country="DK")),
        ({"del_country_id": 2}, Party(country="SE")),
        ({"del_country_id": 1}, None),
    ],
    ids=str,
)
def test_where_the_goods_went(changes: dict[str, Any], delivery: Party | None):
    assert read(an_order(**changes)).delivery == delivery


# --- currency, names ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "currency"),
    [("DKK", "DKK"), ("eur", "EUR"), (GONE, "NOK"), ("", "NOK"), ("kr.", "NOK"), ({"code": "SEK"}, "SEK")],
    ids=str,
)
def test_currency(said: object, currency: str):
    shop = replace(SHOP, home_currency="NOK")
    assert read(an_order(currency=said), shop).total.currency == currency


@pytest.mark.parametrize("said", ["¤¤", "kroner", "12", "DÆK"])
def test_a_currency_that_is_none_stops(said: str):
    with pytest.raises(NeedsSetup, match="fact-missing") as caught:
        read(an_order(currency=said))
    assert caught.value.facts["fact"] == "currency"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("  Blå   sko ", "Blå sko"),
        ("Bl&aring; &amp; gr&oslash;n", "Blå & grøn"),
        ("&lt;b&gt;fed&lt;/b&gt;", "<b>fed</b>"),
        ("Familie 👨‍👩‍👧", "Familie 👨‍👩‍👧"),
        ("nul\x00 og\x07klokke\r\nlinje", "nul og klokke linje"),
        ("halv \ud83d emoji", "halv emoji"),
        ("&#0;&#1;x", "\ufffdx"),
        (77, "77"),
        (None, ""),
        (["x"], ""),
    ],
    ids=repr,
)
def test_names(said: object, name: str):
    found = read(an_order(products=[a_line(name=said, attributes=[])])).lines[0].name
    assert found == name
    found.encode()  # half an emoji could not be


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ([{"name": "Størrelse", "val": "M"}, {"name": "Farve", "value": "Blå"}], "T-shirt (M, Blå)"),
        ({"Størrelse": "M"}, "T-shirt (M)"),
        (["M"], "T-shirt (M)"),
        ("M", "T-shirt"),
        ([], "T-shirt"),
        (GONE, "T-shirt"),
    ],
    ids=str,
)
def test_variants(attributes: object, name: str):
    assert read(an_order(products=[a_line(attributes=attributes)])).lines[0].name == name


# --- what is no order -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "raw",
    [None, [], "410 Gone", 7, True, {}, {"error": "no"}, an_order(products=["x"]), an_order(products=[[1]])],
    ids=str,
)
def test_what_is_no_order_is_unreadable(raw: object):
    with pytest.raises(Rejected, match="order-unreadable"):
        read_all(raw)


def test_another_order_than_the_one_asked_for_is_unreadable():
    from shops.adapters.shoporama.parse import read_order

    with pytest.raises(Rejected, match="order-unreadable"):
        read_order(an_order(), SHOP, {}, "5")


def test_a_float_is_a_bug():
    with pytest.raises(TypeError):
        read_all(an_order(total_price=437.0))


@pytest.mark.parametrize(
    "said", [GONE, None, "", "ukendt", True, [1], Decimal("NaN"), Decimal("1E+30"), "1e5"], ids=repr
)
def test_an_order_without_a_total_says_so(said: object):
    with pytest.raises(Stop) as caught:
        read(an_order(total_price=said))
    assert (caught.value.code, caught.value.facts["fact"]) == ("fact-missing", "total")
