"""What the books of the agreements hold, and whether anything is there twice. The oracle of the chaos runs."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sandbox.economic import Agreement
from sandbox.world import World

PAYMENT = 2
"""Entry type of a customer payment."""


def all_books(world: World, only: int | None = None) -> dict[str, Any]:
    """Every agreement's books (or one's): `{"agreements": […], "duplicates": n}`."""
    found = [world.agreement(only)] if only else list(world.economic.agreements.values())
    books = [one_book(agreement) for agreement in found]
    return {"agreements": books, "duplicates": sum(book["duplicates"] for book in books)}


def one_book(agreement: Agreement) -> dict[str, Any]:
    """One agreement's books, with the documents and payments counted for each reference."""
    held = agreement.ledger()
    references = by_reference(held)
    return held | {"references": references, "duplicates": sum(map(is_doubled, references.values()))}


def by_reference(held: dict[str, Any]) -> dict[str, dict[str, int]]:
    """For each `references.other`: how many drafts, booked documents and payments carry it."""
    counted: dict[str, dict[str, int]] = defaultdict(lambda: {"drafts": 0, "booked": 0, "payments": 0})
    for kind in ("drafts", "booked"):
        for document in held[kind]:
            if document["reference"]:
                counted[document["reference"]][kind] += 1
    for entry in held["entries"]:
        if entry["type"] == PAYMENT and entry["customer"] is not None and entry["reference"]:
            counted[entry["reference"]]["payments"] += 1
    return dict(counted)


def is_doubled(counts: dict[str, int]) -> bool:
    """More than one booked document, or more than one payment, for one reference."""
    return counts["booked"] > 1 or counts["payments"] > 1


def one_key(world: World, key: str, only: int | None = None) -> dict[str, Any]:
    """The drafts, booked documents and payments that carry `key`, each with its agreement's number."""
    found: dict[str, Any] = {"key": key, "drafts": [], "booked": [], "payments": []}
    for agreement in [world.agreement(only)] if only else world.economic.agreements.values():
        for kind, rows in agreement.documents_with(key).items():
            found[kind] += [row | {"agreement": agreement.number} for row in rows]
    doubled = len(found["booked"]) > 1 or len(found["payments"]) > 1
    return found | {"duplicates": int(doubled)}
