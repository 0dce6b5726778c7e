"""Fields of the settings with a life of their own: VAT rates in use, and the posting account with its warning."""

from __future__ import annotations

import pytest

from tests.people import People
from tests.web.setup.fields import filled
from tests.web.setup.outside import Browser, Outside, text_of
from tests.web.setup.saving import form_of, save, values, versions


# --- VAT rates ------------------------------------------------------------------------------------------------------
def test_more_rates_give_more_fields(page: Browser, people: People) -> None:
    save(page, rates="25; 25,5; 0")
    assert values(people)["rates"] == "25.5,25,0"
    form = form_of(page)
    assert form["rates"] == "25,5; 25; 0"
    assert "shipping@25.5" in form


def test_fewer_rates_forget_the_others_fields(page: Browser, people: People) -> None:
    save(page)
    save(page, rates="25")
    assert "shipping@25" in values(people)
    assert "shipping@0" not in values(people)


def test_wrong_rates_hide_no_other_error(page: Browser) -> None:
    told = text_of(save(page, rates="moms", layout=""))
    assert "Ret 2 ting, før du kan gemme" in told


@pytest.mark.parametrize("typed", ["moms", "25;x", "-5", "100", "25,0,1"])
def test_rates_that_are_none_are_refused(page: Browser, people: People, typed: str) -> None:
    answer = save(page, rates=typed)
    assert answer.status_code == 422
    assert "Skriv satserne som tal" in text_of(answer)
    assert filled(answer)["rates"] == typed


# --- the bank warning -----------------------------------------------------------------------------------------------
BANK = "5820 Bank ser ud til at være en bankkonto"


def test_the_guides_example_stands_beside_a_bank_account(page: Browser, people: People) -> None:
    save(page, account="5820")
    told = text_of(page.page("finance/"))
    assert BANK in told
    for figure in ("249,00 kr.", "241,00 kr.", "−241,00 kr.", "−8,00 kr.", "8,00 kr. uden forklaring", "0,00 kr."):
        assert figure in told
    assert "Brug 5825 Webshopsalg (mellemregning)" in told
    assert values(people)["account"] == "5820", "the warning warns; it does not forbid"


def test_choosing_shows_the_warning_and_saves_nothing(page: Browser, people: People) -> None:
    answer = page.send("finance/", **form_of(page, account="5820"), show="account")
    assert answer.status_code == 200
    assert BANK in text_of(answer)
    assert "Det er ikke gemt endnu." in text_of(answer)
    assert filled(answer)["account"] == "5820"
    assert versions(people) == []


def test_an_account_that_nothing_is_registered_on_is_not_warned_about(page: Browser) -> None:
    save(page, account="5820", settle="open")
    assert BANK not in text_of(page.page("finance/"))


def test_the_suggested_account_is_put_in_and_not_yet_saved(page: Browser, people: People) -> None:
    answer = page.send("finance/", **form_of(page, account="5820"), use_account="5825")
    assert filled(answer)["account"] == "5825"
    assert BANK not in text_of(answer)
    assert versions(people) == []


def test_keeping_the_bank_account_is_respected_and_remembered(page: Browser, people: People) -> None:
    answer = page.send("finance/", **form_of(page, account="5820"), keep_account="5820")
    page.send("finance/", **filled(answer), then="edit")
    assert values(people)["bank_kept"] == "5820"
    told = text_of(page.page("finance/"))
    assert "Du har valgt at beholde den." in told
    assert "NETS" not in told
    save(page, account="5810")
    assert values(people)["bank_kept"] == "", "it was said of another account"
    assert "5810 Kasse ser ud til at være en bankkonto" in text_of(page.page("finance/"))


def test_the_warning_alone_for_the_script(page: Browser) -> None:
    assert BANK in text_of(page.page("finance/account-warning/", account="5820"))
    for harmless in ("5825", "", "no-such"):
        assert text_of(page.page("finance/account-warning/", account=harmless)) == ""


def test_without_a_clearing_account_the_page_says_how_to_make_one(page: Browser, outside: Outside) -> None:
    for number in (5825, 6850):
        outside.agreement.books.master.accounts.pop(number)
    page.send("finance/fetch/")
    told = text_of(page.page("finance/account-warning/", account="5820"))
    assert "Der er ingen mellemregningskonto i e-conomic endnu" in told
