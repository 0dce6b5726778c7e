"""Who a buyer is, and which customer of the books that is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.core.customers import Match, company_number, fitting, identified, name_key, phone_digits
from connector.core.document import CustomerKey
from connector.core.mapping import NoEmail, order_to_customer
from connector.core.order import Party
from tests.core.orders import IDA, an_order, rules

pytestmark = pytest.mark.unit

NORDLYS = Party(company="Nordlys ApS", email="bog@example.dk", vat_number="DK 12 34 56 78", country="DK")
NO_EMAIL = Party(name="Ida  Holm", postcode="8000", phone="+45 12 34 56 78", country="DK")


@pytest.mark.parametrize(
    ("buyer", "by_name", "key"),
    [
        (IDA, False, "ida@example.dk"),
        (replace(IDA, email=" IDA@Example.dk "), True, "ida@example.dk"),
        (NORDLYS, False, "company:12345678"),
        (replace(NORDLYS, email=""), False, "company:12345678"),
        (replace(NORDLYS, vat_number="none"), False, "bog@example.dk"),
        (replace(NORDLYS, company=""), False, "bog@example.dk"),
        (NO_EMAIL, True, "name:ida holm|8000|12345678"),
        (NO_EMAIL, False, None),
        (replace(NO_EMAIL, phone=""), True, None),
        (replace(NO_EMAIL, postcode=""), True, None),
        (replace(NO_EMAIL, name=""), True, None),
    ],
)
def test_what_a_buyer_is_known_by(buyer: Party, by_name: bool, key: str | None) -> None:
    found = identified(buyer, by_name=by_name)
    assert (found.key if found else None) == key


@pytest.mark.parametrize("written", ["12345678", "+4512345678", "0045 12 34 56 78", "12 34 56 78", "(+45) 12345678"])
def test_one_phone_number_however_it_is_written(written: str) -> None:
    assert phone_digits(written, "DK") == "12345678"


def test_a_number_that_begins_like_the_calling_code_stays_whole() -> None:
    assert phone_digits("45 12 34 56", "DK") == "45123456"


def test_the_name_key_knows_no_case_and_no_signs() -> None:
    assert name_key(" IDA holm", "DK-8000", "12345678", "DK") == name_key("Ida Holm ", "dk 8000", "+4512345678", "DK")


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("DK12345678", "DK", "12345678"),
        ("dk 12.34.56.78", "DK", "12345678"),
        ("12345678", "", "12345678"),
        ("EL123456789", "GR", "123456789"),
        ("NL123456789B01", "NL", "123456789B01"),
        ("ukendt", "DK", ""),
        ("", "DK", ""),
    ],
)
def test_company_numbers(text: str, country: str, number: str) -> None:
    assert company_number(text, country) == number


@pytest.mark.parametrize(
    ("matches", "chosen"),
    [
        ([], []),
        ([Match("1")], ["1"]),
        ([Match("1"), Match("2")], ["1", "2"]),
        ([Match("1", is_barred=True), Match("2")], ["2"]),
        ([Match("1", is_barred=True)], ["1"]),
    ],
)
def test_one_email_and_several_customers(matches: list[Match], chosen: list[str]) -> None:
    buyer = identified(IDA, by_name=False)
    assert buyer is not None
    assert [match.number for match in fitting(buyer, matches)] == chosen


@pytest.mark.parametrize(
    ("matches", "chosen"),
    [
        ([Match("1"), Match("2", company_number="12345678")], ["2"]),
        ([Match("1", company_number="DK12345678"), Match("2", company_number="87654321")], ["1"]),
        ([Match("1", company_number="87654321")], []),
        ([Match("1")], ["1"]),
        ([Match("1", company_number="12345678", is_barred=True), Match("2", company_number="12345678")], ["2"]),
        ([Match("1", company_number="12345678"), Match("2", company_number="12345678")], ["1", "2"]),
    ],
)
def test_a_company_is_the_one_with_its_number(matches: list[Match], chosen: list[str]) -> None:
    buyer = identified(NORDLYS, by_name=False)
    assert buyer is not None
    assert buyer.by is CustomerKey.COMPANY
    assert [match.number for match in fitting(buyer, matches)] == chosen


def test_the_settings_choose_between_key_and_collective_customer() -> None:
    order = an_order(buyer=NO_EMAIL)
    assert order_to_customer(order, rules()).collective == "9999"
    assert order_to_customer(order, rules(no_email=NoEmail.KEY)).by is CustomerKey.NAME
    assert order_to_customer(order, rules(no_email=NoEmail.KEY, creates_customers=False)).collective == "9999"
