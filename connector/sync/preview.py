"""What the orders of a period would become: the documents that a job would make of them, or why it would stop.

The documents come from `prepare.prepared`, as a job's do. The shop is read as a job reads it, metered; the books are
only read. A preview is made in steps, so that no request lasts long; every function but `step` runs in the caller's
scope.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from accounting.base import AccountingProvider
from connector.core import mapping, plan
from connector.core.errors import OutcomeUnknown, Stop, Temporary
from connector.core.order import Order, document_key
from connector.core.plan import COPENHAGEN
from connector.core.states import State
from connector.core.store import document_to_json
from connector.lib.http import Transport
from connector.sync import build, clock, holds, methods, prepare, shop_calls
from connector.sync.looking import Bench, Limit, bench_for, keep, list_orders, require_calls
from connector.sync.models import Integration, Preview, PreviewOrder, SettingsVersion, SyncJob
from connector.sync.shop_calls import REFUSALS
from connector.tenancy.scope import scope
from shops.models import Shop

log = logging.getLogger(__name__)

DAYS = 30
"""How far back a preview looks unless told."""
BATCH = 10
"""So many orders share one look-up of their items."""
STEP_SECONDS = 3.0
STEP_CALLS = 40
"""So many questions to the shop end a step, however fast it answers."""
NOBODY = "1"
"""Stands for the number of a customer who is not made yet, where a call is only rehearsed."""

Outcome = PreviewOrder.Outcome
OF_THE_BOOKS = holds.LOST | {"right-missing", "plan-too-small", "dinero-pro-missing"}
"""Refusals that concern the whole connection, not one order."""


def begin(
    integration: Integration,
    first: date,
    last: date,
    values: Mapping[str, str],
    version: SettingsVersion | None,
    person: str,
    *,
    newest: int | None = None,
) -> Preview:
    """A new preview of the orders placed from `first` to `last`, or of the `newest` of them. Earlier ones that led to
    nothing are deleted."""
    Preview.objects.filter(shop=integration.shop, started_at=None).delete()
    return Preview.objects.create(
        tenant_id=integration.tenant_id,
        shop=integration.shop,
        integration=integration,
        settings=version,
        values=dict(values),
        first_day=first,
        last_day=last,
        newest=newest,
        made_by=person,
        made_at=clock.now(),
    )


def is_ready(preview: Preview) -> bool:
    """Whether every order has been looked at."""
    return preview.is_listed and not preview.orders.filter(outcome=Outcome.UNREAD).exists()


def may_go_on(preview: Preview) -> bool:
    """Whether there is something left to look at, and nobody has stopped it."""
    return preview.cancelled_at is None and not is_ready(preview)


def cancel(preview: Preview) -> bool:
    """Look no further; what was seen stays. False when there was nothing left to look at."""
    if not may_go_on(preview):
        return False
    return bool(Preview.objects.filter(pk=preview.pk, started_at=None).update(cancelled_at=clock.now()))


def step(
    preview: Preview, *, transport: Transport | None = None, seconds: float = STEP_SECONDS, calls: int = 0
) -> None:
    """Go on for some seconds, and for about so many questions to the shop. What keeps the whole preview from going on
    is kept with it."""
    limit = Limit.of(seconds, calls or STEP_CALLS)
    try:
        bench = bench_for(preview, transport or build.network(), limit)
        require_calls(bench)
        list_orders(bench)
        while not bench.is_over and (rows := _unread(preview)):
            _judge(bench, rows)
    except Stop as error:
        keep(preview, trouble={"code": error.code, "facts": dict(error.facts)})
        return
    keep(preview, trouble={})


def _unread(preview: Preview) -> list[PreviewOrder]:
    with scope(preview.tenant_id):
        return list(preview.orders.filter(outcome=Outcome.UNREAD).order_by("pk")[:BATCH])


# --- the orders ------------------------------------------------------------------------------------------------------
def _judge(bench: Bench, rows: Iterable[PreviewOrder]) -> None:
    """Read the orders as far as the step goes, ask once for all their items, and say of each what it would become."""
    read = []
    for row in rows:
        if (order := _read(bench, row)) is not None:
            read.append((row, order))
        if bench.is_over:
            break
    _find_items(bench, [order for _row, order in read])
    for row, order in read:
        _judge_one(bench, row, order)


def _read(bench: Bench, row: PreviewOrder) -> Order | None:
    """The order as a job would read it; None for one that stops there, or belongs to another period."""
    try:
        order = shop_calls.read_order(row.tenant_id, bench.shop, bench.adapter, row.order_id)
        with scope(row.tenant_id):
            order = methods.seen(bench.shop, order, clock.now())
    except Stop as error:
        _raise_general(error)
        _stop(row, error.code, error.facts)
        return None
    except Exception as error:
        log.exception("preview %s, order %s", row.preview_id, row.order_id)
        _poisoned(row, error)
        return None
    day = order.placed_at.astimezone(COPENHAGEN).date()
    if not bench.preview.first_day <= day <= bench.preview.last_day:
        _save(row, outcome=Outcome.OUTSIDE)
        return None
    return order


def _find_items(bench: Bench, orders: Iterable[Order]) -> None:
    wanted = frozenset[str]().union(*(mapping.wanted_items(order, bench.books(order).rules) for order in orders))
    if unknown := sorted(wanted - bench.memory.items(wanted)):
        found = bench.provider.find_items(unknown)
        bench.item_vat.saw(found)
        bench.memory.take_items(found, unknown)


def _judge_one(bench: Bench, row: PreviewOrder, order: Order) -> None:
    books = bench.books(order)
    rest = plan.not_meant(order, books.policy)
    if rest is not None:
        _save(row, outcome=Outcome.NOT_MEANT, reason=rest.reason, facts=dict(rest.facts), **_about(order))
        return
    try:
        made = prepare.prepared(order, books, clock.now())
        rehearse(made, bench.provider)
    except Stop as error:
        _raise_general(error)
        _stop(row, error.code, error.facts, order)
    except Exception as error:
        log.exception("preview %s, order %s", row.preview_id, row.order_id)
        _poisoned(row, error, order)
    else:
        _become(row, order, made)


def rehearse(made: prepare.Prepared, provider: AccountingProvider) -> None:
    """Build the calls that a job would send first, and send none: what they refuse to carry stops the order here."""
    document = made.document
    if not made.customer:
        provider.customer_call(document.customer, document)
    for line in document.lines:
        if line.item in made.missing:
            provider.product_call(line, document)
    provider.draft_call(document, made.customer or NOBODY)


def _raise_general(error: Stop) -> None:
    """What concerns the whole shop or the whole connection ends the step, not the order."""
    if isinstance(error, Temporary | OutcomeUnknown) or error.code in REFUSALS | OF_THE_BOOKS:
        raise error


def _become(row: PreviewOrder, order: Order, made: prepare.Prepared) -> None:
    document = made.document
    _save(
        row,
        outcome=Outcome.BECOMES,
        document=document_to_json(document),
        dated=document.date,
        rates={str(rate): [str(part.net), str(part.vat)] for rate, part in document.by_rate.items()},
        missing=list(made.missing),
        **_about(order),
    )


def _poisoned(row: PreviewOrder, error: Exception, order: Order | None = None) -> None:
    """One order that nobody understands does not keep the others from being looked at."""
    _stop(row, "unexpected", {"ref": f"{row.preview_id}-{row.pk}", "detail": type(error).__name__}, order)


def _stop(row: PreviewOrder, code: str, facts: Mapping[str, str], order: Order | None = None) -> None:
    about = _about(order) if order else {"order_number": facts.get("order", "")[:60]}
    _save(row, outcome=Outcome.STOPS, reason=code, facts=dict(facts), **about)


def _about(order: Order) -> dict[str, Any]:
    return {
        "order_number": order.number[:60],
        "customer_name": order.buyer.title[:250],
        "placed_at": order.placed_at,
        "total": order.total.amount,
        "currency": order.total.currency,
    }


def _save(row: PreviewOrder, **values: Any) -> None:
    with scope(row.tenant_id):
        there = values.get("outcome") != Outcome.OUTSIDE and is_there(row, values.get("placed_at"))
        PreviewOrder.objects.filter(pk=row.pk).update(is_there=there, **values)


def is_there(row: PreviewOrder, placed_at: datetime | None) -> bool:
    """Whether the order is on its way or in the books already. Needs the scope.

    A job of an order before the start that has just been noticed is not: it is about to rest as not meant to go.
    """
    job = SyncJob.objects.filter(key=key_of(row.preview.shop, row.order_id)).exclude(state=State.NOT_MEANT).first()
    if job is None or not is_early(row.preview, placed_at):
        return job is not None
    return job.is_forced or job.state != State.WAITING or job.steps.exists()


def is_early(preview: Preview, placed_at: datetime | None) -> bool:
    """Whether an order, by its time, is one that does not go by itself; one of unknown time counts as such."""
    start_at = preview.values.get("start_at", "")
    return bool(start_at) and (placed_at is None or placed_at < datetime.fromisoformat(start_at))


def key_of(shop: Shop, order_id: str) -> str:
    """The document key of an order's invoice."""
    return document_key("invoice", shop.kind, shop.platform_id, order_id)


def usual_period(today: date) -> tuple[date, date]:
    """The last `DAYS` days with today."""
    return today - timedelta(days=DAYS - 1), today
