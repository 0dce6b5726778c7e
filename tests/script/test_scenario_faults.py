"""What scenarios find wrong by themselves, besides outcome and amounts."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from script.lib.books import Economic, Held
from script.lib.page import Page
from script.lib.scenario import Stage
from script.lib.scenarios.customers import customers_of
from script.lib.scenarios.methods import has_id
from script.lib.scenarios.treatments import treatment_faults
from script.lib.shop import Order

pytestmark = pytest.mark.tools

ORDER = Order(7, "invoice:shoporama:1:7", "EUR", Decimal("105.00"), Decimal("21.00"))
DOCUMENT = {"number": 1001, "reference": ORDER.key, "customer": 3, "currency": "EUR", "vat_zone": 2, "vat": "0.00"}
INVOICE = {"invoice": 1001, "customer": 3, "account": 5600, "currency": "EUR", "amount": "105.00", "base_amount": "783"}
PAYMENT = INVOICE | {"amount": "-105.00", "base_amount": "-783"}
BANK = PAYMENT | {"customer": None, "account": 5820, "amount": "105.00", "base_amount": "783"}


def a_stage(*entries: dict[str, Any], zone: str = "2") -> Stage:
    owner = SimpleNamespace(settings=lambda: {"zone_eu_business": zone})
    held = Held([], [DOCUMENT], [])
    books: Any = Economic(cast(Any, None), {"agreement": 1_000_001})
    books.all, books.held = lambda: {"entries": list(entries)}, lambda _: held
    business = SimpleNamespace(owner=owner, books=books, all_books=[books])
    return Stage(cast(Any, None), cast(Any, None), cast(Any, [business]), 0)


@pytest.mark.parametrize(
    ("zone", "vat", "faults"),
    [
        pytest.param("2", "0.00", 0, id="right"),
        pytest.param("3", "0.00", 1, id="another-zone"),
        pytest.param("2", "16.00", 1, id="with-vat"),
    ],
)
def test_a_zone_without_vat(zone: str, vat: str, faults: int) -> None:
    assert len(list(treatment_faults(a_stage(zone=zone), DOCUMENT | {"vat": vat}, "eu_business"))) == faults


@pytest.mark.parametrize(
    ("payment", "faults"),
    [
        pytest.param(PAYMENT, 0, id="right"),
        pytest.param(PAYMENT | {"currency": "DKK"}, 1, id="another-currency"),
        pytest.param(PAYMENT | {"base_amount": "-780"}, 1, id="another-rate"),
    ],
)
def test_an_invoice_and_its_payment_in_one_currency(payment: dict[str, Any], faults: int) -> None:
    assert len(a_stage(INVOICE, payment, BANK).books.currency_faults(DOCUMENT, "EUR")) == faults


def test_what_is_entered_on_an_account_and_for_whom() -> None:
    stage = a_stage(INVOICE, PAYMENT, BANK)
    assert stage.books.entered("5820") == Decimal("105.00")
    assert stage.books.entered("5825") == 0
    assert customers_of(stage, [ORDER]) == ["3"]


def test_a_link_leads_to_what_has_its_id() -> None:
    page = Page("http://localhost/", 200, '<fieldset id="fees"><input id="id_fee"></fieldset>')
    assert [has_id(page, name) for name in ("fees", "id_fee", "payments", "")] == [True, True, False, False]


def test_only_writes_are_counted_by_name_and_only_there() -> None:
    calls = {"POST /journals/*/draft-entries": 2, "GET /journals/*/draft-entries": 5, "POST /invoices/drafts": 1}
    control = SimpleNamespace(get=lambda _: {"economic": {"1000001": {"by_address": calls}}})
    assert Economic(cast(Any, control), {"agreement": 1_000_001}).writes() == {"payment": 2, "draft": 1}
    assert Economic(cast(Any, control), {"agreement": 1_000_002}).writes() == {}
