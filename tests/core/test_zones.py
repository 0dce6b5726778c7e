"""The document's VAT treatment: zone, reason, and the rates that are usable."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connector.core.document import InvoiceDocument, Situation
from connector.core.errors import NeedsSetup
from connector.core.mapping import Layout, order_to_invoice
from connector.core.order import Order, OrderLine, Party
from connector.core.store import document_from_json, document_to_json
from tests.core.orders import a_line, an_order, rules

pytestmark = pytest.mark.unit

ZONES = {"zone_domestic": "1", "zone_eu_business": "2", "zone_abroad": "3", "zone_eu_consumer@FI": "5"}
FINN = Party(name="Aino", email="aino@example.fi", postcode="00100", country="FI")


def invoice(order: Order, day: date = date(2026, 11, 20), **more) -> InvoiceDocument:
    facts = {"choices": ZONES, "oss_from": date(2021, 7, 1), "rates": (Decimal(25), Decimal(0))} | more
    return order_to_invoice(order, rules(**facts), date=day, known={"SKU-1"})


def to_finland(*lines: OrderLine, **more) -> Order:
    return an_order(*lines, buyer=FINN, **more)


@pytest.mark.parametrize(
    ("order", "situation", "zone", "reason", "country"),
    [
        (an_order(), Situation.DOMESTIC, "1", "home", ""),
        (an_order(a_line("9.00", "0"), delivery=Party(country="GL")), Situation.ABROAD, "3", "outside-eu", ""),
        (to_finland(a_line("125.50", "25.5")), Situation.EU_CONSUMER, "5", "eu-consumer-oss", "FI"),
        (
            an_order(a_line("9.00", "0"), buyer=Party(name="Oy", email="o@y.fi", country="FI", vat_number="12345678")),
            Situation.EU_BUSINESS,
            "2",
            "eu-business-not-checked",
            "",
        ),
    ],
)
def test_each_situation_has_its_zone_and_keeps_its_reason(order, situation, zone, reason, country):
    document = invoice(order)
    assert (document.situation, document.choices["zone"]) == (situation, zone)
    assert (document.vat_reason, document.vat_country) == (reason, country)
    assert document_from_json(document_to_json(document)) == document


def test_a_document_from_before_reasons_were_kept_can_be_read():
    kept = document_to_json(invoice(an_order()))
    del kept["vat_reason"], kept["vat_country"]
    assert document_from_json(kept).vat_reason == ""


@pytest.mark.parametrize(
    ("order", "missing", "facts"),
    [
        (to_finland(a_line("125.50", "25.5")), "zone_eu_consumer@FI", {"situation": "eu_consumer", "country": "FI"}),
        (
            an_order(a_line("9.00", "0"), buyer=Party(name="Oy", country="FI", vat_number="FI12345678")),
            "zone_eu_business",
            {"situation": "eu_business"},
        ),
        (an_order(a_line("9.00", "0"), delivery=Party(country="FO")), "zone_abroad", {"situation": "abroad"}),
    ],
)
def test_a_zone_that_is_not_chosen_is_asked_for(order, missing, facts):
    for zones in ({**ZONES, missing: ""}, {name: zone for name, zone in ZONES.items() if name != missing}):
        with pytest.raises(NeedsSetup) as stop:
            invoice(order, choices=zones)
        assert stop.value.code == "vat-zone-missing"
        assert stop.value.facts == {"order": "10017", **facts}


def test_the_zone_of_another_country_does_not_stand_in():
    swede = an_order(buyer=Party(name="Eva", email="e@va.se", country="SE", postcode="21120"))
    with pytest.raises(NeedsSetup, match="vat-zone-missing"):
        invoice(swede)


def test_the_destination_s_rates_need_not_be_among_those_in_use():
    assert invoice(to_finland(a_line("125.50", "25.5"))).by_rate[Decimal("25.5")].vat == Decimal("25.50")
    with pytest.raises(NeedsSetup, match="vat-rate-missing"):
        invoice(to_finland(a_line("125.50", "25.5")), oss_from=None)


def test_items_of_the_destination_s_rates_are_chosen_like_all_others():
    order = to_finland(a_line("125.50", "25.5"))
    assert [line.item for line in invoice(order, layout=Layout.TOTAL).lines] == ["TOTAL-25.5"]
    with pytest.raises(NeedsSetup) as stop:
        invoice(order, layout=Layout.TOTAL, items={"total": {Decimal(25): "TOTAL-25"}})
    assert stop.value.facts == {"field": "total", "rate": "25.5", "order": "10017"}


def test_an_order_paid_before_the_rate_changed_keeps_the_old_one():
    order = to_finland(a_line("124.00", "24"), paid_at=datetime(2024, 8, 30, tzinfo=UTC))
    assert invoice(order, date(2024, 9, 2)).vat == Decimal("24.00")
    with pytest.raises(NeedsSetup, match="vat-rate-missing"):
        invoice(to_finland(a_line("124.00", "24")), date(2024, 9, 2))


def test_an_invoice_without_vat_to_a_business_says_why_and_shows_its_number():
    buyer = Party(name="Oy", email="o@y.fi", country="FI", vat_number=" FI12345678 ")
    note = invoice(an_order(a_line("9.00", "0"), buyer=buyer)).note
    assert "art. 138" in note
    assert note.endswith(" FI12345678")
    worded = {**ZONES, "eu_business_text": "VAT exempt:"}
    assert invoice(an_order(a_line("9.00", "0"), buyer=buyer), choices=worded).note == "VAT exempt: FI12345678"
    assert invoice(an_order()).note == ""


def test_goods_without_vat_at_home_are_sold_without_it_in_the_eu():
    document = order_to_invoice(
        to_finland(a_line("9.00", "0")), rules(choices=ZONES), date=date(2026, 11, 20), known={"SKU-1"},
        vat_free={"SKU-1"},
    )  # fmt: skip
    assert (document.situation, document.vat_reason) == (Situation.DOMESTIC, "vat-free-at-home")


def test_what_does_not_add_up_is_told_before_the_vat():
    with pytest.raises(NeedsSetup, match="total-off"):
        invoice(to_finland(a_line("10.00", "0"), total="11.00"))
