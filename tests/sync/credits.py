"""What the tests of credit notes have in common: orders that are booked, notes, and what the books hold."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from connector.core.credit import Wish
from connector.sync import crediting, note_acts
from connector.sync.models import CreditNote, SyncJob
from sandbox.shoporama.returns import Credited, whole
from tests.sync.world import ANNA, World, amount

CUP = {"own_id": "KOP-7", "name": "Kop", "amount": 2, "unit_price": "199.00"}
PLATE = {"own_id": "TAL-1", "name": "Tallerken", "amount": 3, "unit_price": "33.33"}


def booked(world: World, **wish: Any) -> Any:
    order = world.sold(**{"email": "ny@example.dk", "products": [CUP, PLATE], "shipping_price": "39.00", **wish})
    world.drain()
    assert world.job(order).state == "done", world.job(order).reason
    return order


def credit(world: World, order: Any, wish: Wish, **more: Any) -> CreditNote:
    with world.scope():
        job = SyncJob.objects.select_related("shop", "integration__connection").get(
            order_id=str(order.order_id), kind="invoice", replaced_by=None
        )
        return note_acts.save(job, wish, ANNA, **more)


def of(world: World, order: Any, **quantities: int) -> Wish:
    """A wish by the first word of the lines' texts."""
    invoice = invoice_of(world, order)
    with world.scope():
        entries = crediting.remainder_of(invoice).choices
    places = {entry.first.description.split()[0]: entry.at for entry in entries}
    return Wish({places[name]: Decimal(quantity) for name, quantity in quantities.items()})


def invoice_of(world: World, order: Any) -> SyncJob:
    """The newest invoice's job of an order."""
    with world.scope():
        jobs = SyncJob.objects.select_related("shop", "integration__connection", "integration__settings")
        return jobs.get(order_id=str(order.order_id), kind="invoice", replaced_by=None)


def credits_of(world: World) -> list[SyncJob]:
    with world.scope():
        return list(SyncJob.objects.filter(kind="credit").select_related("note_row").order_by("pk"))


def notes(world: World) -> list[dict[str, Any]]:
    return [row for row in world.agreement.ledger()["booked"] if row["reference"].startswith("credit:")]


def everything(world: World, name: str) -> Decimal:
    return sum((amount(row[name]) for row in world.agreement.ledger()["booked"]), Decimal(0))


def require_credited(world: World, *, balance: str = "0.00") -> list[dict[str, Any]]:
    """Every note is in the books, and together they leave nothing of the invoice."""
    for job in credits_of(world):
        assert (job.state, job.reason) == ("done", ""), (job.state, job.reason, job.facts)
    assert (everything(world, "gross"), everything(world, "vat")) == (0, 0)
    assert {amount(row["remainder"]) for row in world.agreement.ledger()["booked"]} == {amount(balance)}
    assert world.agreement.ledger()["drafts"] == []
    return notes(world)


def book_by_hand(world: World) -> None:
    """The owner books the only draft in the books' own pages."""
    [draft] = world.agreement.ledger()["drafts"]
    named = next(draft[name] for name in ("draft_number", "guid", "id") if name in draft)
    world.agreement.book_by_hand(named)


def returned(world: World, order: Any, quantities: Sequence[int] = (), **wish: Any) -> Any:
    """A credit of the shop's: of so many of each line, else of everything."""
    pairs = zip(order.lines, quantities, strict=False)
    amounts = {line.line_id: Decimal(quantity) for line, quantity in pairs if quantity}
    note = world.stand_in.credit(order, Credited(amounts, **wish) if amounts else whole(order), tell=False)
    world.tell(note, "order_created")
    return note
