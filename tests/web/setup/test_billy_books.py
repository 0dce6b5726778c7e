"""Connecting by an access token, and the products that we create for the owner."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from accounting.models import Connection
from connector.sync import build
from connector.tenancy.scope import scope
from connector.tenancy.secrets import reveal
from sandbox.billy import Billy, Company
from tests.people import People
from tests.sync.world import ACCOUNTING, SHOPS, Now, transport_to
from tests.web.setup.fields import filled
from tests.web.setup.outside import Browser, text_of
from tests.web.setup.saving import values
from tests.web.setup.stored import connection

BILLY = "https://billy.example"
CONNECT, TOKEN = "finance/connect/", "finance/connect/token/"


@dataclass
class Books:
    """Billy with one company, reached by our pages."""

    now: Now = field(default_factory=Now)
    sent: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.billy = Billy(self.now.seconds)
        self.company: Company = self.billy.open("Nordlys ApS", with_clearing=True)

    def token(self, company: Company | None = None) -> str:
        return self.billy.token((company or self.company).number)


@pytest.fixture
def books(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Books:
    settings.ACCOUNTING, settings.SHOPS = ACCOUNTING, SHOPS
    made = Books()
    monkeypatch.setattr(build, "network", lambda: transport_to({BILLY: made.billy.handle}, made.now, made.sent))
    return made


def choose(browser: Browser) -> None:
    browser.send("settings/systems/", provider="billy", then="edit")


def paste(browser: Browser, token: str) -> str:
    """Paste a token and go where that leads, without JavaScript; the text of the page at its end."""
    response = browser.send(TOKEN, token=token)
    if response.status_code == 422:
        return text_of(response)
    return text_of(browser.client.get(response["Location"], follow=True))


@pytest.fixture
def connected(anna: Browser, books: Books) -> Browser:
    choose(anna)
    paste(anna, books.token())
    return anna


# --- the token --------------------------------------------------------------------------------------------------------
def test_a_token_is_checked_at_once_and_the_company_is_named(anna: Browser, books: Books, people: People) -> None:
    choose(anna)
    assert "du kan oprette en adgangsnøgle i økonomisystemet" in text_of(anna.page(CONNECT))
    token = books.token()
    page = paste(anna, f"  {token}\n")
    assert f"Forbundet med Nordlys ApS, CVR 12345678 ({books.company.id[:6]})" in page
    assert f"Adgangsnøglen slutter på {token[-4:]}." in page
    row = connection(people)
    assert (row.status, reveal(row, "secret")) == (Connection.Status.CONNECTED, {"token": token})


def test_the_token_is_seen_nowhere_again(anna: Browser, books: Books, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    choose(anna)
    token = books.token()
    answer = anna.send(TOKEN, token=token)
    told = [str(answer.headers), caplog.text, str(dict(anna.client.session))]
    paste(anna, token)
    told += [anna.page(path).content.decode() for path in (CONNECT, "finance/", "settings/systems/")]
    assert not [place for place in told if token in place]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Indsæt adgangsnøglen."),
        ("to ord", "Det er ikke en adgangsnøgle."),
        ("nøgle", "Det er ikke en adgangsnøgle."),
    ],
)
def test_what_is_no_token_is_not_sent(anna: Browser, books: Books, typed: str, said: str) -> None:
    choose(anna)
    page = anna.send(TOKEN, token=typed)
    assert (page.status_code, said in text_of(page)) == (422, True)
    assert not typed or typed not in re.findall("<input.*?>", page.content.decode())
    assert books.sent == []


def test_a_token_that_billy_refuses_says_what_to_do(anna: Browser, books: Books, people: People) -> None:
    choose(anna)
    page = paste(anna, "x" * 40)
    assert "Billy afviste adgangsnøglen" in page
    assert "Opret en ny i Billy" in page
    assert (connection(people).status, connection(people).secret) == (Connection.Status.CHOSEN, "")


def test_another_token_of_the_same_company_goes_on(connected: Browser, books: Books, people: People) -> None:
    before = connection(people)
    token = books.token()
    assert f"slutter på {token[-4:]}" in paste(connected, token)
    assert connection(people).pk == before.pk
    assert reveal(connection(people), "secret") == {"token": token}


def test_another_companys_token_is_asked_about(connected: Browser, books: Books, people: People) -> None:
    other = books.billy.open("Nordlys Holding ApS", cvr="87654321")
    old = reveal(connection(people), "secret")
    page = paste(connected, books.token(other))
    assert "Det er et andet regnskab end før" in page
    assert reveal(connection(people), "secret") == old
    connected.send("finance/connect/choose/", books="new")
    assert "Forbundet med Nordlys Holding ApS" in text_of(connected.page(CONNECT))


def test_two_sets_of_books_of_one_company_are_two(connected: Browser, books: Books) -> None:
    same = books.billy.open("Nordlys ApS, prøve", cvr=books.company.cvr)
    assert "Det er et andet regnskab end før" in paste(connected, books.token(same))


def test_a_revoked_token_is_told_and_another_mends_it(connected: Browser, books: Books, people: People) -> None:
    books.billy.revoke(books.company.number)
    assert "Billy afviste adgangsnøglen" in text_of(
        connected.client.get(connected.send("finance/fetch/")["Location"], follow=True)
    )
    with scope(people.nordlys.tenant.pk):
        Connection.objects.update(status=Connection.Status.REVOKED, trouble="billy-key-refused")
    assert "Billy afviste adgangsnøglen" in text_of(connected.page("orders/"))
    paste(connected, books.token())
    assert connection(people).status == Connection.Status.CONNECTED


def test_a_token_is_pasted_only_where_that_is_the_way(anna: Browser, books: Books) -> None:
    anna.choose_system()
    assert anna.send(TOKEN, token="x" * 40)["Location"] == "/s/nordlys/finance/connect/"
    assert "Adgangsnøgle" not in text_of(anna.page(CONNECT))


# --- service products -------------------------------------------------------------------------------------------------
ALL = ["sales_domestic@25", "sales_domestic@0", "sales_eu_business", "sales_abroad"]


def create(browser: Browser, *names: str) -> Any:
    """Press the button with these ticked, and the fields as the page has them."""
    fields = filled(browser.page("finance/"))
    return browser.send("finance/create-products/", **{**fields, "item": list(names)})


def products(books: Books) -> dict[str, dict[str, Any]]:
    return {str(row["productNo"]): row for row in books.company.books.tables["products"].values()}


def test_products_that_are_missing_are_created_once_and_chosen(connected: Browser, books: Books) -> None:
    page = connected.page("finance/")
    assert "Billy kræver et produkt på hver linje" in text_of(page)
    assert re.findall(r'name="item" value="([^"]+)" checked', page.content.decode()) == ALL
    fields = {**filled(page), "item": ALL}
    made = connected.send("finance/create-products/", **fields)
    assert "VARE-25, VARE-0, VARE-EU, VARE-UDLAND er oprettet i Billy." in text_of(made)
    assert set(products(books)) == {"VARE-25", "VARE-0", "VARE-EU", "VARE-UDLAND"}
    assert f'value="{products(books)["VARE-25"]["id"]}" selected' in made.content.decode()
    assert "Billy kræver et produkt på hver linje" not in text_of(made)
    connected.send("finance/create-products/", **fields)
    assert len(books.company.books.tables["products"]) == 4


def test_each_product_is_made_of_the_account_that_its_sale_belongs_on(connected: Browser, books: Books) -> None:
    create(connected, *ALL)
    accounts = {row["id"]: row["accountNo"] for row in books.company.books.tables["accounts"].values()}
    found = {number: accounts[row["accountId"]] for number, row in products(books).items()}
    assert found == {"VARE-25": 1110, "VARE-0": 1110, "VARE-EU": 1140, "VARE-UDLAND": 1120}


def test_settings_are_saved_with_what_was_created(connected: Browser, books: Books, people: People) -> None:
    fields = filled(create(connected, *ALL))
    saved = connected.send("finance/", **{**fields, "gift_card_account": fields["account"]}, then="edit")
    assert saved.status_code == 302, text_of(saved)
    assert values(people)["sales_domestic@25"] == products(books)["VARE-25"]["id"]
    assert "Billy kræver et produkt" not in text_of(connected.page("finance/"))


def test_a_product_that_is_archived_is_offered_again(connected: Browser, books: Books) -> None:
    connected.send("finance/", **filled(create(connected, *ALL)), then="edit")
    products(books)["VARE-25"]["isArchived"] = True
    connected.send("finance/fetch/")
    create(connected, "sales_domestic@25")
    assert "VARE-25-2" in products(books)


def test_only_what_is_ticked_is_created(connected: Browser, books: Books) -> None:
    create(connected, "sales_domestic@25")
    assert list(products(books)) == ["VARE-25"]


def test_a_product_that_is_not_listed_yet_is_not_made_twice(connected: Browser, books: Books) -> None:
    books.company.switches["list_lag_seconds"] = 5
    create(connected, "sales_domestic@25")
    books.now.move(60)
    page = create(connected, "sales_domestic@25")
    assert list(products(books)) == ["VARE-25"]
    assert "VARE-25 fandtes i forvejen i Billy." in text_of(page)
