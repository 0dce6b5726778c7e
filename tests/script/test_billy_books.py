"""What a script reads in a company's books, and does in them."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from script.lib.books import Billy

pytestmark = pytest.mark.tools

KEY = "invoice:shoporama:1:7"
PRODUCTS = {"Vare": "p1", "Vare uden moms": "p2", "Vare, EU": "p3", "Vare, udland": "p4"}
ACCOUNTS = {"5710": "bank", "5720": "clearing", "7130": "owner"}
MADE = {"company": 300_001, "products": PRODUCTS, "accounts": ACCOUNTS, "token": "first"}
PAYMENT = {"type": 2, "account": 5720, "reference": KEY, "invoice": "1", "currency": "EUR"}
PAID = PAYMENT | {"amount": "105.00", "base_amount": "783.28"}
FEE = PAID | {"type": 3, "account": 3610, "amount": "5.00", "base_amount": "37.30"}
DOCUMENT = {"id": "i1", "number": "1", "reference": KEY, "currency": "EUR", "gross_dkk": "783.28"}
CONTACT = {"number": "c1", "name": "Ida", "emails": ["Ida@Example.dk"]}
BOOK = {
    "customers": [CONTACT, {"number": "c2", "name": "Kontantkunde", "emails": []}],
    "accounts": [{"number": int(number), "id": id_} for number, id_ in ACCOUNTS.items()],
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
        return rows if "key" in query else {"companies": [self.book]}

    def post(self, path: str, body: Any) -> Any:
        self.told.append((path, body))
        return MADE | {"token": "second", "result": "c3"}


def books(**book: Any) -> Billy:
    return Billy(cast(Any, Asked(**book)), MADE)


def test_payments_are_customers_own_and_make_what_they_owe_less() -> None:
    assert [row["amount"] for row in books().all()["payments"]] == ["-105.00"]
    assert books().held([KEY]).paid == Decimal("105.00")
    assert books().entered("clearing") == Decimal("105.00")
    assert books().entered("bank") == 0


def test_letters_do_not_matter_in_an_address() -> None:
    assert books().customers_with("ida@example.DK") == ["c1"]
    assert books(customers=[]).customers_with("ida@example.dk") == []


def test_the_collective_customer_is_there_before_the_books_are_connected() -> None:
    control: Any = Asked(customers=[])
    Billy(control)
    assert [path for path, _ in control.told] == ["/companies", "/companies/300001/make_contact"]
    assert control.told[1][1] == {"name": "Kontantkunde", "email": ""}
    assert books().collective() == "c2"


def test_settings_choose_the_companys_own_ids() -> None:
    made = books()
    assert made.ordinary["sales_domestic@25"] == "p1"
    assert (made.ordinary["account"], made.bank) == ("clearing", "bank")
    assert made.lines_of("KOP-1", "shipping") == ["p1", "p1"]
    assert made.taxed_otherwise()[0] == {"sales_domestic@25": "p2"}


@pytest.mark.parametrize(
    ("products", "faults"),
    [
        pytest.param(["p4", "p4"], 0, id="right"),
        pytest.param(["p4", "p1"], 1, id="one-line-otherwise"),
        pytest.param(["p1"], 1, id="all-otherwise"),
    ],
)
def test_the_products_of_the_lines_tell_how_they_are_taxed(products: list[str], faults: int) -> None:
    document = DOCUMENT | {"lines": [{"product": product} for product in products]}
    assert len(books().treatment_faults({"sales_abroad": "p4"}, document, "abroad")) == faults


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


def test_what_the_owner_does_by_hand_names_documents_by_their_id() -> None:
    made = books()
    made.book_by_hand(DOCUMENT)
    made.delete_by_hand(DOCUMENT)
    told = cast(Any, made)._control.told
    assert [path.rpartition("/")[2] for path, _ in told] == ["book_by_hand", "delete_draft_by_hand"]
    assert [body for _, body in told] == [{"draft": "i1"}, {"draft": "i1"}]


def test_every_filter_is_ignored_and_nothing_else() -> None:
    made = books()
    control: Any = cast(Any, made)._control
    names = ("billy.filter_contacts_q", "billy.put_answer", "billy.filter_invoices_state")
    control.get = lambda path: {"switches": [{"name": name} for name in names]}
    made.ignore_filters()
    assert [(body["name"], body["value"], body["company"]) for _, body in control.told] == [
        ("billy.filter_contacts_q", "ignored", 300_001),
        ("billy.filter_invoices_state", "ignored", 300_001),
    ]


def test_a_new_token_is_pasted_into_the_products_page() -> None:
    sent: list[dict[str, object]] = []
    page = SimpleNamespace(form=lambda **having: having)
    person: Any = SimpleNamespace(page=page, send=lambda form, **values: sent.append({**form, **values}))
    books().approve(person)
    assert sent == [{"having": "token", "token": "second"}]
