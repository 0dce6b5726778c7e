"""Where a sale went, by country and postcode."""

from __future__ import annotations

import pytest

from connector.core.territory import EU, PARTS, Territory, place, territory

pytestmark = pytest.mark.unit

HOME, IN_EU, OUTSIDE = Territory.HOME, Territory.EU, Territory.OUTSIDE


@pytest.mark.parametrize(
    ("country", "postcode", "expected"),
    [
        ("DK", "8000", HOME),
        ("", "8000", HOME),
        ("dk", "DK-8000", HOME),
        ("DK", "0999", HOME),
        ("SE", "211 20", IN_EU),
        ("FI", "00100", IN_EU),
        ("ES", "28013", IN_EU),
        ("DE", "22100", IN_EU),
        ("MC", "98000", IN_EU),
        ("NO", "0150", OUTSIDE),
        ("US", "22100", OUTSIDE),
        ("GB", "SW1A 1AA", OUTSIDE),
        ("GB", "BT1 5GS", IN_EU),
        # Greenland and the Faroes, by their own codes and as parts of Denmark
        ("GL", "3900", OUTSIDE),
        ("DK", "3900", OUTSIDE),
        ("DK", "3992", OUTSIDE),
        ("DK", "GL-3905", OUTSIDE),
        ("DK", "DK-3905", OUTSIDE),
        ("", "3900", OUTSIDE),
        ("FO", "100", OUTSIDE),
        ("DK", "100", OUTSIDE),
        ("DK", "FO-970", OUTSIDE),
        ("DK", "FO 100", OUTSIDE),
        # Åland
        ("AX", "22100", OUTSIDE),
        ("FI", "22100", OUTSIDE),
        ("FI", "AX-22 100", OUTSIDE),
        ("FI", "FI-22999", OUTSIDE),
        # the other parts of members that lie outside
        ("ES", "35001", OUTSIDE),
        ("ES", "38001", OUTSIDE),
        ("ES", "51001", OUTSIDE),
        ("ES", "52001", OUTSIDE),
        ("FR", "97110", OUTSIDE),
        ("FR", "98800", OUTSIDE),
        ("RE", "97400", OUTSIDE),
        ("GR", "630 86", OUTSIDE),
        ("IT", "22061", OUTSIDE),
        ("IT", "23041", OUTSIDE),
        ("DE", "27498", OUTSIDE),
        ("DE", "78266", OUTSIDE),
    ],
)
def test_seen_from_denmark(country, postcode, expected):
    assert territory(country, postcode) is expected


@pytest.mark.parametrize(
    ("country", "postcode", "expected"),
    [
        ("NO", "0150", HOME),
        ("NO", "9180", HOME),
        ("", "", HOME),
        ("SJ", "9170", OUTSIDE),
        ("NO", "9170", OUTSIDE),
        ("NO", "8099", OUTSIDE),
        ("DK", "8000", OUTSIDE),
    ],
)
def test_seen_from_norway_everything_else_is_outside(country, postcode, expected):
    assert territory(country, postcode, home="NO") is expected


def test_seen_from_sweden_denmark_is_elsewhere_in_the_eu():
    assert territory("DK", "8000", home="SE") is IN_EU
    assert territory("DK", "3900", home="SE") is OUTSIDE
    assert territory("SE", "211 20", home="SE") is HOME


def test_a_part_has_a_code_of_its_own():
    assert [place("DK", code) for code in ("8000", "3900", "100")] == ["DK", "GL", "FO"]
    assert place("MC", "98000") == "FR"
    assert place("", "8000") == ""
    assert len({part.code for part in PARTS}) == len(PARTS)


def test_the_members_are_27_and_northern_ireland():
    assert len(EU - {"XI"}) == 27
    assert {"GB", "NO", "CH", "GL", "FO", "AX"} & EU == set()
