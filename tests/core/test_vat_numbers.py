"""What a VAT number looks like."""

from __future__ import annotations

import pytest

from connector.core.territory import EU
from connector.core.vat_numbers import FORMATS, well_formed

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("SE556677889901", "SE"),
        ("556677889901", "SE"),
        ("se 556677-8899 01", "SE"),
        ("DE 123.456.789", "DE"),
        ("DK12345678", "DK"),
        ("ATU12345678", "AT"),
        ("EL123456789", "GR"),
        ("ESB12345678", "ES"),
        ("ES12345678Z", "ES"),
        ("FRXX123456789", "FR"),
        ("NL123456789B01", "NL"),
        ("IE1234567WA", "IE"),
        ("XI123456789", "XI"),
    ],
)
def test_well_formed(number, country):
    assert well_formed(number, country)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("", "SE"),
        ("-", "SE"),
        ("ja", "DE"),
        ("SE5566778899", "SE"),
        ("DE123456789", "SE"),
        ("DE12345678", "DE"),
        ("DE1234567890", "DE"),
        ("GR123456789", "GR"),
        ("DE١٢٣٤٥٦٧٨٩", "DE"),
        ("NO123456789MVA", "NO"),
        ("123456789", ""),
    ],
)
def test_not_well_formed(number, country):
    assert not well_formed(number, country)


def test_every_country_of_the_area_has_a_format():
    assert set(FORMATS) == EU
