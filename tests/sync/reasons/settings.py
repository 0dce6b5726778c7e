"""Reasons that a choice in the settings, or a change in the books, mends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connector.sync import methods
from tests.sync.reasons.orders import sells, transfer
from tests.sync.reasons.stage import CUP, Case, Stage
from tests.sync.test_rounding_learnt import EITHER_EVEN, HALF_EVEN, buy
from tests.sync.test_sign_learnt import meddled
from tests.sync.test_vat import FINLAND, OSS, a_cup

NEW = {"own_id": "NY-1", "name": "Ny vare", "amount": 1, "unit_price": "125.00"}
NO_NUMBER = {"own_id": "", "name": "Gaveæske", "amount": 1, "unit_price": "125.00"}
DAY = 86_400

Mend = Callable[[Stage, Any], None]


def chooses(**fields: str) -> Mend:
    """The owner fills the form beside the cause."""
    return lambda stage, _order: stage.choose(**fields)


def saves(**fields: str) -> Mend:
    """The owner changes the settings on their page."""
    return lambda stage, _order: stage.save(**fields)


def resaves(**fields: str) -> Mend:
    """The owner changes settings that stand on another page than the usual."""
    return lambda stage, _order: stage.world.save(**fields)


# --- products --------------------------------------------------------------------------------------------------------
def _barred(stage: Stage) -> Any:
    stage.world.agreement.bar_product("KOP-1")
    return stage.sold()


def _bar_lifted(stage: Stage, _order: Any) -> None:
    stage.world.agreement.bar_product("KOP-1", barred=False)
    stage.fetch()


def _moved(group: int) -> Callable[[Stage], None]:
    def move(stage: Stage) -> None:
        product = stage.world.agreement.books.products["KOP-1"]
        product.data["productGroup"] = group
        product.touch(stage.world.now.seconds())

    return move


def _in_free_group(stage: Stage) -> Any:
    _moved(2)(stage)
    return stage.sold()


def _in_right_group(stage: Stage, _order: Any) -> None:
    _moved(1)(stage)
    stage.fetch()


def corrects_lines(**values: Any) -> Mend:
    """The shop's owner corrects the order's lines; it is fetched again by itself."""
    return lambda stage, order: stage.changed(order, lines=[replace(line, **values) for line in order.lines])


# --- methods ---------------------------------------------------------------------------------------------------------
def _ask(stage: Stage) -> None:
    stage.world.now.move(1.1 * DAY)
    methods.refresh(stage.world.tenant.pk, stage.world.shop.pk, stage.world.transport)


def _new_method(stage: Stage) -> Any:
    _ask(stage)
    stage.world.stand_in.set_gateway("Klarna", 60)
    return stage.sold(payment="Klarna")


def _new_number(stage: Stage) -> Any:
    _ask(stage)
    stage.world.save(**{"pay:2": "5820"})
    stage.world.stand_in.set_gateway("MobilePay", 60)
    _ask(stage)
    return stage.sold(payment="MobilePay")


# --- what the books lost ---------------------------------------------------------------------------------------------
def _account_barred(stage: Stage) -> Any:
    stage.world.agreement.books.master.accounts[5825].barred = True
    return stage.sold()


def _layout_deleted(stage: Stage) -> Any:
    chosen = int(stage.world.integration.settings.values["layout"])
    layouts = stage.world.agreement.books.master.layouts
    layouts[chosen] = replace(layouts[chosen], deleted=True)
    return stage.sold()


def _all_closed(stage: Stage) -> Any:
    for year in stage.world.agreement.books.master.calendar.years:
        stage.world.agreement.close_year(year)
    return stage.sold()


def _opened(stage: Stage, _order: Any) -> None:
    stage.world.agreement.close_year(2026, closed=False)
    stage.fetch()


def _no_year(stage: Stage) -> Any:
    years = stage.world.agreement.books.master.calendar.years
    stage.kept["2026"] = years.pop("2026")
    return stage.sold()


def _year_made(stage: Stage, _order: Any) -> None:
    stage.world.agreement.books.master.calendar.years |= stage.kept
    stage.fetch()


def _no_krona(stage: Stage) -> Any:
    stage.world.agreement.use_currency("SEK", used=False)
    stage.fetch()
    return stage.sold(currency="SEK")


def _krona(stage: Stage, _order: Any) -> None:
    stage.world.agreement.use_currency("SEK")
    stage.fetch()


# --- payments --------------------------------------------------------------------------------------------------------
def _half_even(stage: Stage) -> Any:
    stage.world.switch(**HALF_EVEN)
    return buy(stage.world, EITHER_EVEN)


def _blind(stage: Stage) -> Any:
    stage.world.switch(draft_balance="booked")
    order = stage.sold()
    stage.world.settle()
    return order


def _seeing(stage: Stage, order: Any) -> None:
    stage.world.switch(draft_balance="journals")
    stage.transfer(order)


def _entry_deleted(stage: Stage) -> Any:
    stage.sold()
    meddled(stage.world, stage.world.agreement.books.draft_entries.clear)
    return stage.sold()


CASES = (
    Case(
        "product-missing",
        sells(products=[NEW]),
        chooses(missing_product="create", **{"product_group@25": "1"}),
        values={"missing_product": "stop"},
    ),
    Case("product-barred", _barred, _bar_lifted),
    Case("sku-missing", sells(products=[NO_NUMBER]), saves(missing_product="default", **{"default@0": "WEB"})),
    Case("fee-unknown", sells(shipping_price="39.00"), chooses(**{"shipping@25": "FRAGT"}), values={"shipping@25": ""}),
    Case("payment-method-unmapped", _new_method, chooses(**{"pay:60": "5820"})),
    Case("payment-terms-changed", _new_number, chooses(act="same")),
    Case("vat-item-off", _in_free_group, _in_right_group, code="vat-mismatch"),
    Case(
        "vat-country-off",
        sells(products=[a_cup("80.00", "25")], **FINLAND),
        resaves(oss_from="2026-12-01"),
        code="vat-mismatch",
        values=OSS,
    ),
    Case(
        "vat-rate-missing",
        sells(products=[a_cup("125.50", "12")], **FINLAND),
        corrects_lines(vat=Decimal("25.5")),
        values=OSS | {"rates": "25,0,25.5,12"},
    ),
    Case(
        "vat-rate-not-chosen",
        sells(products=[a_cup("80.00", "12")]),
        corrects_lines(vat=Decimal(25)),
        code="vat-rate-missing",
    ),
    Case(
        "vat-zone-missing",
        sells(products=[a_cup("80.00", "0")], country="NO"),
        chooses(zone_abroad="3"),
        values={"zone_abroad": ""},
    ),
    Case(
        "vat-country-zone-missing",
        sells(products=[a_cup("125.50", "25.5")], **FINLAND),
        resaves(**OSS),
        code="vat-zone-missing",
        values=OSS | {"zone_eu_consumer@FI": ""},
    ),
    Case("account-closed", _account_barred, chooses(account="5820")),
    Case("choice-gone", _layout_deleted, chooses(layout="20")),
    Case("period-closed-for-good", _all_closed, _opened, code="period-closed"),
    Case("year-missing", _no_year, _year_made),
    Case("switched-off", sells(), saves(orders="on"), state="not_meant", values={"orders": "off"}),
    Case("vat-free-group-missing", _half_even, chooses(rounding="ØRE"), values={"rounding": ""}),
    Case("settlement-sign-unclear", _blind, _seeing, code="settlement-stopped"),
    Case("settlement-stopped", _entry_deleted, transfer),
    Case("currency-missing", _no_krona, _krona),
    Case(
        "document-too-long",
        sells(products=[CUP | {"name": f"Kop {n}"} for n in range(901)]),
        saves(product_layout="total", **{"total@25": "WEB"}),
    ),
    Case("sku-too-long", sells(products=[NEW | {"own_id": "X" * 26}]), corrects_lines(own_id="NY-1")),
    Case(
        "choice-missing",
        sells(products=[NEW]),
        chooses(**{"default@25": "WEB"}),
        values={"missing_product": "default", "default@25": ""},
    ),
)
