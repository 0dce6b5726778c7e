"""What needs no database: VAT rates as they are typed, the bank warning, the table of labels."""

from __future__ import annotations

import pytest
from django.utils import translation

from accounting.base import Choices, Option
from accounting.registry import PROVIDERS, provider_class
from connector.sync import rules
from connector.web.setup import labels, vat_rates
from connector.web.setup.warning import bank_warning

pytestmark = pytest.mark.unit

BANK, CLEARING, SALES = (
    Option("5820", "5820 Bank", "bank"),
    Option("5825", "5825 Webshopsalg", "clearing"),
    Option("1010", "1010 Salg"),
)


def choices(*accounts: Option) -> Choices:
    return Choices("Nordlys ApS", "1000001", "DKK", {"accounts": accounts})


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        ("25", "25"),
        ("25; 0", "25,0"),
        ("0;25", "25,0"),
        ("25 0", "25,0"),
        ("25, 0", "25,0"),
        ("25,5; 25; 0", "25.5,25,0"),
        ("25.5", "25.5"),
        ("25 %; 0 %", "25,0"),
        ("25,0", "25"),
        ("25; 25,0; 25.00", "25"),
        ("\u00a025;\n0 ", "25,0"),
    ],
)
def test_rates_as_people_type_them(typed: str, saved: str) -> None:
    assert vat_rates.typed(typed) == saved


@pytest.mark.parametrize("typed", ["", " ; ", "moms", "25;x", "-1", "100", "1e5", "25,5,0", "NaN", "inf"])
def test_what_is_no_rate_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="VAT rate"):
        vat_rates.typed(typed)


@pytest.mark.parametrize("saved", ["25,0", "25.5,25,0", "0", "24,14,10,0"])
@pytest.mark.parametrize("language", ["da", "nb", "en"])
def test_what_is_shown_can_be_typed_again(saved: str, language: str) -> None:
    with translation.override(language):
        assert vat_rates.typed(vat_rates.shown(saved)) == saved


def test_only_a_bank_account_is_warned_about() -> None:
    known = choices(SALES, BANK, CLEARING)
    assert bank_warning(known, "1010") is None
    assert bank_warning(known, "5825") is None
    assert bank_warning(known, "") is None
    assert bank_warning(known, "4711") is None
    found = bank_warning(known, "5820")
    assert found is not None
    assert (found.account, found.better, found.is_kept) == (BANK, CLEARING, False)
    assert found.sold - found.received == found.fee


def test_a_kept_account_and_one_without_an_alternative() -> None:
    kept = bank_warning(choices(BANK), "5820", kept="5820")
    assert kept is not None
    assert kept.is_kept
    assert kept.better is None
    other = bank_warning(choices(BANK), "5820", kept="5810")
    assert other is not None
    assert not other.is_kept


def test_every_setting_has_its_words() -> None:
    for name in rules.NEUTRAL:
        if name != "bank_kept":
            assert name in labels.LABELS, name
    for provider in PROVIDERS:
        for field in provider_class(provider).setting_fields:
            name = f"{field.name}@25" if field.per_rate else field.name
            assert labels.label(name).group != labels.OTHER, name
            assert field.required_when == "always" or field.required_when in labels.ONLY_WHEN, name


def test_a_field_that_no_row_names_is_still_shown() -> None:
    found = labels.label("brand_new@25")
    assert (found.group, found.text) == (labels.OTHER, "brand_new")


def test_a_used_gift_card_and_its_product_have_words_of_their_own() -> None:
    assert labels.label("gift_card").text != labels.label("gift_card@25").text
