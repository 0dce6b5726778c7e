"""What everybody's books hold, and whether anything is there twice: the oracle of chaos runs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sandbox.billy import Company
from sandbox.dinero import Organization
from sandbox.economic import Agreement
from sandbox.world import World

PAYMENT = 2
"""Entry type of a customer payment."""


@dataclass(frozen=True)
class Only:
    """Which books are looked at: those of an agreement, an organisation or a company; all when none is named."""

    agreement: int = 0
    organization: int = 0
    company: int = 0

    def agreements(self, world: World) -> list[Agreement]:
        """The e-conomic agreements. Raises Refused 404."""
        if self.agreement:
            return [world.agreement(self.agreement)]
        return [] if self.organization or self.company else list(world.economic.agreements.values())

    def organizations(self, world: World) -> list[Organization]:
        """The Dinero organisations. Raises Refused 404."""
        if self.organization:
            return [world.organization(self.organization)]
        return [] if self.agreement or self.company else list(world.dinero.organizations.values())

    def companies(self, world: World) -> list[Company]:
        """The Billy companies. Raises Refused 404."""
        if self.company:
            return [world.company(self.company)]
        return [] if self.agreement or self.organization else list(world.billy.companies.values())


EVERYBODY = Only()


def all_books(world: World, only: Only = EVERYBODY) -> dict[str, Any]:
    """All books that `only` names: `{"agreements": […], "organizations": […], "companies": […], "duplicates": n}`."""
    agreements = [one_book(agreement) for agreement in only.agreements(world)]
    organizations = [one_book(organization) for organization in only.organizations(world)]
    companies = [one_book(company) for company in only.companies(world)]
    doubled = sum(book["duplicates"] for book in agreements + organizations + companies)
    books = {"agreements": agreements, "organizations": organizations, "companies": companies}
    return {**books, "duplicates": doubled}


def one_book(books: Agreement | Organization | Company) -> dict[str, Any]:
    """One customer's books, with the documents and payments counted for each reference."""
    held = books.ledger()
    references = by_reference(held)
    return held | {"references": references, "duplicates": sum(map(is_doubled, references.values()))}


def by_reference(held: dict[str, Any]) -> dict[str, dict[str, int]]:
    """For each reference (`ExternalReference`, `orderNo`): how many drafts, booked documents and payments carry it."""
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


def one_key(world: World, key: str, only: Only = EVERYBODY) -> dict[str, Any]:
    """The drafts, booked documents and payments that carry `key`, each with its agreement, organisation or company."""
    found: dict[str, Any] = {"key": key, "drafts": [], "booked": [], "payments": []}
    holders: list[tuple[str, Agreement | Organization | Company]]
    holders = [("agreement", row) for row in only.agreements(world)]
    holders += [("organization", row) for row in only.organizations(world)]
    holders += [("company", row) for row in only.companies(world)]
    for word, holder in holders:
        for kind, rows in holder.documents_with(key).items():
            found[kind] += [row | {word: holder.number} for row in rows]
    doubled = len(found["booked"]) > 1 or len(found["payments"]) > 1
    return found | {"duplicates": int(doubled)}
