"""Every reason of the catalogue: provoked, read on the order's page, mended the way it says, and its order goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from connector.web.frame.catalogue import CATALOGUE
from connector.web.setup.findings import told
from tests.sync.reasons import connections, credits, orders
from tests.sync.reasons import settings as choices
from tests.sync.reasons.stage import Case, Stage, require_end, require_link, require_told, require_words
from tests.sync.world import World, a_world, amount
from tests.web.setup.outside import text_of

pytestmark = pytest.mark.engine

CASES = (*connections.CASES, *credits.CASES, *orders.CASES, *choices.CASES)
FINDINGS = ("layout-missing", "journal-missing")
"""No order rests with them: the check of the connection finds them, and the page of the settings says so."""
NOTICES = ("period-closed",)
"""Said beside an order that goes on all the same."""

A_FORM = "said by the form of a credit note: tests/web/credits"
AS_AN_INVOICE = "as of an invoice, in words of a credit note: tests/web/frame/test_reasons.py"
NO_REFUNDS = "no shop there is tells when money went back"
STOCK = "there is no stock synchronization yet"
WATCH = "there is no page of the connection's health yet"
CONNECTING = "said while somebody connects; no order rests with it (tests/web/setup)"
BY_ACCOUNT = "e-conomic's VAT goes by items; where it goes by accounts: tests/web/setup/test_by_account.py"
BILLY = "only Billy's keys are pasted: tests/sync/test_billy.py"
NO_SHOP = "no shop there is says at which VAT rate it takes a discount off: tests/core/test_gross.py"
WITHOUT_CASE = {
    "billy-key-refused": BILLY,
    "connection-declined": CONNECTING,
    "credit-above-remainder": A_FORM,
    "credit-balance-open": AS_AN_INVOICE,
    "credit-draft-deleted": AS_AN_INVOICE,
    "credit-draft-differs": AS_AN_INVOICE,
    "credit-empty": A_FORM,
    "credit-two-found": AS_AN_INVOICE,
    "credit-unexpected": AS_AN_INVOICE,
    "discount-above-lines": NO_SHOP,
    "mail-bounced": "no invoice is mailed yet",
    "note-without-refund": NO_REFUNDS,
    "organisation-none": CONNECTING,
    "organisation-not-chosen": CONNECTING,
    "other-company": CONNECTING,
    "refund-sign-unclear": AS_AN_INVOICE,
    "refund-stopped": AS_AN_INVOICE,
    "refund-without-note": NO_REFUNDS,
    "sales-account-missing": BY_ACCOUNT,
    "sales-country-account-missing": BY_ACCOUNT,
    "same-books-elsewhere": CONNECTING,
    "same-shop-elsewhere": CONNECTING,
    "shop-silent": WATCH,
    "stock-loop-stopped": STOCK,
    "stock-sku-mismatch": STOCK,
    "vat-account-off": BY_ACCOUNT,
    "vat-mismatch": "always said more exactly: as vat-item-off, vat-account-off or vat-country-off",
    "volume-low": WATCH,
}


@pytest.fixture(scope="session", autouse=True)
def translated(texts: None) -> None:
    """The reasons are read in their languages."""


@pytest.fixture
def stage(db_clean: None, settings: Any, monkeypatch: pytest.MonkeyPatch, case: Case) -> Iterator[Stage]:
    with a_world(settings, checked=case.checked, **case.values) as world:
        yield Stage.of(world, monkeypatch)


@pytest.fixture
def usual(world: World, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage.of(world, monkeypatch)


def test_every_reason_has_its_case() -> None:
    cases = [case.shown for case in CASES] + [*FINDINGS, *NOTICES]
    assert len(cases) == len(set(cases))
    assert set(cases).isdisjoint(WITHOUT_CASE)
    assert set(cases) | set(WITHOUT_CASE) == set(CATALOGUE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.shown)
def test_a_reason_is_told_mended_and_its_order_goes(stage: Stage, case: Case) -> None:
    order = case.provoke(stage)
    require_told(stage, order, case)
    if case.mend:
        case.mend(stage, order)
    stage.world.settle(hours=30)
    require_end(stage, order, case)


@pytest.mark.parametrize(("code", "table"), [("layout-missing", "layouts"), ("journal-missing", "journals")])
def test_what_the_connection_lacks_is_told_and_goes_when_it_is_there(usual: Stage, code: str, table: str) -> None:
    master = usual.world.agreement.books.master
    kept = dict(getattr(master, table))
    getattr(master, table).clear()
    usual.fetch()
    with usual.world.scope(), translation.override("da"):
        integration = usual.integration()
        [found] = [one for one in told(integration.connection, integration.shop) if one.code == code]
    require_words(found, code)
    require_link(usual, found)
    page = text_of(usual.browser.page("finance/"))
    assert found.title in page
    assert found.fix in page
    getattr(master, table).update(kept)
    usual.fetch()
    assert found.title not in text_of(usual.browser.page("finance/"))


def test_a_moved_date_is_told_beside_its_order(usual: Stage) -> None:
    usual.world.agreement.bar_period("2026-11-01", "2026-11-30")
    order = usual.sold()
    page = text_of(usual.browser.page(usual.address(order)))
    assert "Perioden 2026-11 er lukket i e-conomic" in page
    assert "1. december 2026" in page


def test_fetching_again_releases_what_the_books_may_have_mended_and_nothing_else(usual: Stage) -> None:
    usual.world.agreement.bar_product("KOP-1")
    barred, parked = usual.sold(), usual.sold(raw={"total_price": "1.00"})
    usual.world.agreement.bar_product("KOP-1", barred=False)
    usual.fetch()
    assert [usual.world.job(order).state for order in (barred, parked)] == ["waiting", "needs_you"]


def test_a_payment_made_by_hand_is_not_made_again(usual: Stage) -> None:
    """Our entry was deleted and the owner registered the payment otherwise: sending the order again pays nothing."""
    [case] = [one for one in CASES if one.shown == "settlement-stopped"]
    order = case.provoke(usual)
    [invoice] = usual.world.booked(order)
    usual.world.agreement.pay_by_hand(invoice["number"])
    usual.transfer(order)
    usual.world.settle()
    job = usual.world.job(order)
    assert (job.state, job.detail, job.balance) == ("done", "booked", 0)
    ledger = usual.world.agreement.ledger()
    paid = [row for row in ledger["entries"] if row["customer"] and row["invoice"] == invoice["number"]]
    assert sum(amount(row["amount"]) for row in paid) == 0
    assert ledger["draft_entries"] == []
