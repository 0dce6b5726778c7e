"""What a script reads in an organisation's books, and does in them."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from script.lib.books import Dinero

pytestmark = pytest.mark.tools

KEY = "invoice:shoporama:1:7"
PAYMENT = {"type": 2, "account": 55_020, "reference": KEY, "invoice": 1, "currency": "EUR"}
PAID = PAYMENT | {"amount": "105.00", "base_amount": "783.28"}
FEE = PAID | {"type": 3, "account": 7220, "amount": "5.00", "base_amount": "37.30"}
DOCUMENT = {"number": 1, "reference": KEY, "currency": "EUR", "gross_dkk": "783.28"}
CONTACT = {"number": "5c0d", "deleted": False, "Email": "Ida@Example.dk"}
BOOK = {
    "customers": [CONTACT, CONTACT | {"number": "6d1e", "deleted": True}, CONTACT | {"number": "7e2f", "Email": None}],
    "drafts": [],
    "booked": [],
    "entries": [PAID, FEE],
}


class Asked:
    """In place of the control address: answers what is laid out, and keeps what it was told."""

    def __init__(self, **book: Any) -> None:
        self.book, self.told = BOOK | book, cast(list[tuple[str, Any]], [])

    def ledger(self, **query: object) -> Any:
        rows = {"drafts": [], "booked": [DOCUMENT], "payments": [PAID]}
        return rows if "key" in query else {"organizations": [self.book]}

    def post(self, path: str, body: Any) -> Any:
        self.told.append((path, body))
        return {"organization": 200_001, "user": body.get("user", "ejer@example.dk"), "result": "5c0d"}

    def get(self, path: str) -> Any:
        return {"exchanges": 1, "refreshes": 2, "refused": 0, "name": "Ejer"}


def books(**book: Any) -> Dinero:
    return Dinero(cast(Any, Asked(**book)), {"organization": 200_001, "user": "ejer@example.dk"})


def test_payments_are_customers_own_and_make_what_they_owe_less() -> None:
    assert [row["amount"] for row in books().all()["payments"]] == ["-105.00"]
    assert books().held([KEY]).paid == Decimal("105.00")
    assert books().entered("55020") == Decimal("105.00")


def test_deleted_contacts_are_nobody_and_letters_do_not_matter() -> None:
    assert books().customers_with("ida@example.DK") == ["5c0d"]
    assert books(customers=[]).customers_with("ida@example.dk") == []


@pytest.mark.parametrize(("entries", "traces"), [([PAID], ["entries"]), ([], [])])
def test_traces_are_named(entries: list[Any], traces: list[str]) -> None:
    assert books(entries=entries).traces() == traces


@pytest.mark.parametrize(
    ("accounts", "faults"),
    [
        pytest.param([1100, 1100], 0, id="right"),
        pytest.param([1100, 1350], 1, id="one-line-elsewhere"),
        pytest.param([1000], 1, id="all-elsewhere"),
    ],
)
def test_the_accounts_of_the_lines_tell_how_they_are_taxed(accounts: list[int], faults: int) -> None:
    document = DOCUMENT | {"lines": [{"sales_account": account} for account in accounts]}
    assert len(books().treatment_faults({"sales_abroad": "1100"}, document, "abroad")) == faults


@pytest.mark.parametrize(
    ("entry", "faults"),
    [
        pytest.param(PAID, 0, id="right"),
        pytest.param(PAID | {"currency": "DKK"}, 1, id="another-currency"),
        pytest.param(PAID | {"base_amount": "780.00"}, 1, id="another-rate"),
    ],
)
def test_a_payment_in_kroner_at_the_invoices_own_rate(entry: dict[str, Any], faults: int) -> None:
    assert len(books(entries=[entry]).currency_faults(DOCUMENT, "EUR")) == faults


def test_every_organisation_has_an_owner_of_its_own_unless_told() -> None:
    control: Any = Asked()
    first, second = Dinero(control), Dinero(control)
    assert first.user != second.user
    assert Dinero(control, user=first.user).user == first.user
    assert {path for path, _ in control.told} == {"/organizations"}


def test_keys_are_ended_lost_and_counted_for_one_owner() -> None:
    control: Any = Asked()
    made = Dinero(control, {"organization": 200_001, "user": "ejer@example.dk"})
    made.revoke()
    made.expire()
    made.lose_keys()
    user = "/users/ejer%40example.dk"
    assert [path for path, _ in control.told] == [f"{user}/revoke", f"{user}/expire", "/fault"]
    assert control.told[2][1]["user"] == "ejer@example.dk"
    assert made.asked_for_keys() == {"exchanges": 1, "refreshes": 2, "refused": 0}


def test_the_page_asks_which_books_only_where_there_are_several() -> None:
    sent: list[dict[str, object]] = []
    forms: list[Any] = []
    page = SimpleNamespace(forms=lambda: forms, form=lambda **_: forms[0])
    person: Any = SimpleNamespace(page=page, send=lambda form, button, **values: sent.append(values))
    books().choose(person)
    assert sent == []
    forms.append(SimpleNamespace(names={"organization", "then"}))
    books().choose(person)
    assert sent == [{"organization": 200_001}]
