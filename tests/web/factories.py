"""Orders in every state, as the engine leaves them: for the tests of the pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounting.models import Connection
from connector.core.document import InvoiceDocument
from connector.core.mapping import order_to_invoice
from connector.core.order import Order, Party
from connector.core.states import Detail, State
from connector.core.store import document_to_json, order_to_json
from connector.sync.models import ActivityEntry, Channel, Integration, SettingsVersion, SyncAttempt, SyncJob, SyncStep
from shops.models import Shop
from tests.core.orders import a_line, an_order, by_card, rules, shipping

PLACED = datetime(2026, 11, 20, 9, 16, tzinfo=UTC)
SETTINGS = {"trigger": "shipment", "booking": "on", "settle": "journal", "product_layout": "single", "rates": "25,0"}
CALL = {"system": "books", "method": "POST", "path": "/invoices/drafts", "status": 201, "ms": 212}


@dataclass(frozen=True)
class Setup:
    """A shop with both sides connected and its settings saved."""

    shop: Shop
    connection: Connection
    channel: Channel
    integration: Integration
    settings: SettingsVersion


def connect(shop: Shop, **values: str) -> Setup:
    """Connect a shop to both sides. Call inside its scope."""
    tenant = shop.tenant_id
    Shop.objects.filter(pk=shop.pk).update(is_connected=True, kind="shoporama", platform_id=f"{shop.pk}")
    shop.refresh_from_db()
    connection = Connection.objects.create(
        tenant_id=tenant, provider="economic", status=Connection.Status.CONNECTED, company_name="Nordlys ApS"
    )
    channel = Channel.objects.create(tenant_id=tenant, connection=connection)
    integration = Integration.objects.create(tenant_id=tenant, shop=shop, connection=connection)
    version = SettingsVersion.objects.create(
        tenant_id=tenant, integration=integration, number=14, values={**SETTINGS, **values}, saved_by="Anna Berg"
    )
    integration.settings = version
    integration.save()
    return Setup(shop, connection, channel, integration, version)


def a_shop_order(number: str = "10017", **more: Any) -> Order:
    """Two T-shirts and shipping, 437.00, paid and shipped."""
    lines = more.pop("lines", (a_line("398.00", quantity="2"), shipping()))
    known = {"paid_at": PLACED, "shipped_at": PLACED + timedelta(hours=3), "payments": (by_card("437.00"),)}
    buyer = Party(name="Test Kunde", email="kunde@example.dk", country="DK")
    return replace(an_order(*lines, buyer=buyer), id=number, number=number, placed_at=PLACED, **(known | more))


def a_document(order: Order) -> InvoiceDocument:
    """The invoice that the usual rules make of it."""
    return order_to_invoice(order, rules(), date=date(2026, 11, 20), known={"SKU-1"})


def a_job(setup: Setup, number: str = "10017", state: State = State.WAITING, reason: str = "", **more: Any) -> SyncJob:
    """A job whose order was read. `order=None` makes one that was not; `document=True` one whose invoice is built."""
    order = more.pop("order", a_shop_order(number))
    document = a_document(order) if more.pop("document", False) and order else None
    values: dict[str, Any] = {
        "tenant_id": setup.shop.tenant_id,
        "shop": setup.shop,
        "integration": setup.integration,
        "channel": setup.channel,
        "key": f"invoice:shoporama:{setup.shop.pk}:{number}-{SyncJob.objects.count()}",
        "order_id": number,
        "state": state.value,
        "reason": reason,
        "settings": setup.settings,
    }
    if order:
        values |= {
            "order": order_to_json(order),
            "order_number": number,
            "customer_name": order.buyer.title,
            "total": order.total.amount,
            "currency": order.total.currency,
            "placed_at": order.placed_at,
            "read": 1,
        }
    if document:
        values |= {"document": document_to_json(document), "document_total": document.total.amount}
    return SyncJob.objects.create(**(values | more))


def a_step(job: SyncJob, name: str, number: str = "", *, minutes: int = 0, **more: Any) -> SyncStep:
    """A step that was made; `more` changes its columns."""
    at = PLACED + timedelta(hours=3, minutes=minutes)
    values: dict[str, Any] = {
        "status": SyncStep.Status.DONE,
        "request": {},
        "intent_at": at,
        "call_until": at + timedelta(seconds=30),
        "done_at": at,
        "result": {"id": number, "final": False, "more": {}, "figures": None},
    }
    return SyncStep.objects.create(tenant_id=job.tenant_id, job=job, name=name, **(values | more))


def figures(gross: str = "437.00", vat: str = "87.40") -> dict[str, Any]:
    """What the books said of a draft."""
    return {"gross": gross, "vat": vat, "currency": "DKK", "customer": "501", "zone": "1"}


def an_attempt(job: SyncJob, **more: Any) -> SyncAttempt:
    """A try that left the job as it is."""
    values: dict[str, Any] = {
        "started_at": PLACED,
        "ended_at": PLACED + timedelta(seconds=1),
        "state": job.state,
        "detail": job.detail,
        "reason": job.reason,
        "facts": job.facts,
        "calls": [CALL],
    }
    return SyncAttempt.objects.create(tenant_id=job.tenant_id, job=job, shop=job.shop, **(values | more))


def an_act(job: SyncJob, what: str, who: str = "Anna Berg") -> ActivityEntry:
    return ActivityEntry.objects.create(tenant_id=job.tenant_id, shop=job.shop, job=job, who=who, what=what)


def a_booked_job(setup: Setup, number: str = "10017", **more: Any) -> SyncJob:
    """Booked as 20231, settled, balance 0, with every step and one attempt."""
    known = {"detail": Detail.BOOKED.value, "document_number": "20231", "customer_number": "501", "document": True}
    job = a_job(setup, number, State.DONE, **(known | {"balance": Decimal("0.00")} | more))
    draft = {"id": "88", "final": False, "more": {}, "figures": figures()}
    a_step(job, "draft", "88", minutes=1, result=draft)
    booked = {"id": "20231", "final": True, "more": {}, "figures": None}
    a_step(job, "book", "20231", minutes=2, result=booked)
    a_step(job, "payment:1", "5", minutes=3)
    a_step(job, "payment-book:1", "6", minutes=4)
    an_attempt(job)
    return job


def a_parked_job(setup: Setup, number: str = "9987") -> SyncJob:
    """An order whose lines give 10.00 less than was charged."""
    facts = {"order": number, "what": "total", "lines": "427.00", "paid": "437.00", "difference": "10.00"}
    return a_job(setup, number, State.NEEDS_YOU, "total-off", facts=facts, closed_at=PLACED)


def a_first_job(setup: Setup, number: str = "10001") -> SyncJob:
    """The shop's first order: a draft that waits for a person."""
    more = {"facts": {"order": number}, "detail": "draft", "customer_number": "501", "document": True}
    job = a_job(setup, number, State.NEEDS_YOU, "first-order-check", closed_at=PLACED, **more)
    a_step(job, "customer", "501")
    a_step(job, "draft", "88", minutes=1, result={"id": "88", "final": False, "more": {}, "figures": figures()})
    Integration.objects.filter(pk=setup.integration.pk).update(first_job=job)
    return job
