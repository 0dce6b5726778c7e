"""Reasons about a credit of the shop's: what it credits, what is left of that, and when."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connector.core.credit import Wish
from connector.sync import note_acts
from connector.sync.models import SyncJob
from sandbox.shoporama.returns import Credited, whole
from tests.sync.reasons.orders import BY_HAND, by_hand
from tests.sync.reasons.stage import CUP, Case, Stage
from tests.sync.world import ANNA

TWO = {**CUP, "amount": 2}
BOOKED, DRAFT = ("done", "refund-not-seen"), ("done", "draft")
FORTNIGHT = 15 * 24 * 3600


def _invoice(stage: Stage) -> SyncJob:
    with stage.world.scope():
        jobs = SyncJob.objects.select_related("shop", "integration__connection", "integration__settings")
        return jobs.filter(kind="invoice").earliest("pk")


def _credited(stage: Stage, quantity: int = 1, **more: Any) -> Any:
    """An order of two, and a credit of the shop's of so many of them; none: of everything."""
    order = stage.sold(products=[TWO])
    some = Credited({order.lines[0].line_id: Decimal(quantity)}, **more)
    made = stage.world.stand_in.credit(order, some if quantity else whole(order), tell=False)
    stage.world.tell(made, "order_created")
    stage.world.drain()
    return made


def _unlinked(stage: Stage) -> Any:
    return _credited(stage, is_linked=False)


def _choose(stage: Stage, credit: Any) -> None:
    page = f"{stage.address(credit)}original/"
    assert stage.browser.send(page, original=str(_invoice(stage).pk)).status_code == 302


def _late(stage: Stage) -> Any:
    credit = _credited(stage)
    stage.world.now.move(FORTNIGHT)
    stage.world.drain()
    return credit


def _invoice_booked(stage: Stage, _credit: Any) -> None:
    [draft] = stage.world.agreement.ledger()["drafts"]
    stage.world.agreement.book_by_hand(draft["draft_number"])


def _more_than_is_left(stage: Stage) -> Any:
    order = stage.sold(products=[TWO])
    with stage.world.scope():
        note_acts.save(_invoice(stage), Wish(is_rest=True), ANNA)
    stage.world.drain()
    made = stage.world.stand_in.credit(order, Credited({order.lines[0].line_id: Decimal(1)}), tell=False)
    stage.world.tell(made, "order_created")
    stage.world.drain()
    return made


def _in_euro(stage: Stage) -> Any:
    order = stage.sold(products=[TWO])
    made = stage.world.stand_in.credit(order, Credited({order.lines[0].line_id: Decimal(1)}), tell=False)
    made.raw = {"currency": "EUR"}
    stage.world.tell(made, "order_created")
    stage.world.drain()
    return made


def _in_kroner(stage: Stage, credit: Any) -> None:
    stage.changed(credit, raw={})


def _of_another_price(stage: Stage) -> Any:
    """The goods come back at a rate at which the invoice has no such line: an amount without a product."""
    order = stage.sold(products=[TWO])
    line = order.lines[0]
    made = stage.world.stand_in.credit(order, Credited({line.line_id: Decimal(1)}), tell=False)
    made.lines = [type(line)(**{**vars(line), "own_id": "FRAGT-1", "name": "Skade", "amount": Decimal(-1)})]
    stage.world.tell(made, "order_created")
    stage.world.drain()
    return made


def _item_chosen(stage: Stage, _credit: Any) -> None:
    stage.save(**{"credit_item@25": "KOP-1"})


def _changed(stage: Stage) -> Any:
    credit = _credited(stage)
    line = credit.lines[0]
    cheaper = type(line)(**{**vars(line), "unit_price": Decimal("80.00")})
    stage.changed(credit, lines=[cheaper])
    stage.world.drain()
    return credit


CASES = (
    Case("credit-original-unknown", _unlinked, _choose, ends=BOOKED),
    Case("invoice-first", _credited, _invoice_booked, state="waiting", ends=DRAFT, values={"booking": "off"}),
    Case("invoice-late", _late, _invoice_booked, ends=DRAFT, values={"booking": "off"}),
    Case(
        "credited-before-booking",
        lambda stage: _credited(stage, 0),
        state="not_meant",
        ends=("not_meant", ""),
        values={"booking": "off"},
    ),
    Case("credit-no-longer-left", _more_than_is_left, by_hand, code="credit-above-remainder", ends=BY_HAND),
    Case("credit-currency", _in_euro, _in_kroner, ends=BOOKED),
    Case("credit-item-missing", _of_another_price, _item_chosen, code="choice-missing", ends=BOOKED),
    Case("credit-changed", _changed, by_hand, code="order-changed", ends=BY_HAND),
)
