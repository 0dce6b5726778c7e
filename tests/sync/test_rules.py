"""From saved texts to rules: One Stop Shop, zones per country, proposals."""

from __future__ import annotations

from datetime import date

import pytest

from accounting.base import Choices, Option, SettingField
from connector.sync import proposals, rules

pytestmark = pytest.mark.unit

BUSINESS = SettingField("zone_eu_business", "zones", required_when="never")
CONSUMER = SettingField("zone_eu_consumer", "zones", per_country=True, required_when="never")
SHIPPING = SettingField("shipping", "items", per_rate=True, required_when="never")


def proposed(*labels: str) -> str:
    zones = [Option(str(number), label) for number, label in enumerate(labels, 1)]
    return proposals.defaults(Choices("", "", "DKK", {"zones": zones}), [BUSINESS])["zone_eu_business"]


def test_the_one_stop_shop_begins_on_its_day_or_never():
    assert rules.mapping_rules({"oss_from": "2026-07-01"}).oss_from == date(2026, 7, 1)
    assert rules.mapping_rules({"oss_from": ""}).oss_from is None
    assert rules.mapping_rules({}).oss_from is None
    with pytest.raises(ValueError, match="isoformat"):
        rules.mapping_rules({"oss_from": "1. juli"})


def test_a_new_shop_has_no_one_stop_shop():
    assert proposals.defaults(Choices("", "", "DKK", {}), [])["oss_from"] == ""


def test_zones_per_country_reach_the_mapping_and_items_per_rate_do_not():
    saved = {"rates": "25,25.5", "zone_eu_consumer@FI": "5", "zone_eu_consumer@SE": "", "shipping@25.5": "FRAGT"}
    made = rules.mapping_rules(saved)
    assert made.choices == {"rates": "25,25.5", "zone_eu_consumer@FI": "5"}
    assert list(made.items["shipping"].values()) == ["FRAGT"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("shipping@25", True), ("shipping@25.5", True), ("shipping@0", True), ("shipping", False), ("zone_x@FI", False)],
)
def test_what_goes_with_the_rates_in_use(name, expected):
    assert rules.is_per_rate(name) is expected


def test_the_settings_page_shows_fields_per_rate_and_none_per_country():
    values = {"rates": "25,0", "zone_eu_consumer@FI": "5"}
    assert list(rules.names(SHIPPING, values)) == ["shipping@25", "shipping@0"]
    assert list(rules.names(BUSINESS, values)) == ["zone_eu_business"]
    assert list(rules.names(CONSUMER, values)) == []


@pytest.mark.parametrize(
    ("labels", "zone"),
    [
        (("Indland", "EU", "Udland"), "2"),
        (("Indland", "EU B2C OSS Finland", "EU"), "3"),
        (("Indland", "EU OSS Tyskland"), ""),
        ((), ""),
    ],
)
def test_the_zone_for_eu_businesses_is_found_by_name_or_left_open(labels, zone):
    assert proposed(*labels) == zone
