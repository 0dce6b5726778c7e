"""Judges a played scenario by the sandbox's books, and says so in the contract's words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from script.lib.books import Held
from script.lib.control import Json
from script.lib.scenario import Played, Scenario

IN_THE_BOOKS = ("booked", "credited")
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Verdict:
    """How it ended, in amounts, and everything that is wrong about it."""

    outcome: str
    currency: str | None
    order_total: Decimal | None
    document_total: Decimal | None
    vat: Decimal | None
    balance: Decimal | None
    documents: int
    wrong: tuple[str, ...]


def judge(scenario: Scenario, played: Played, held: Held) -> Verdict:
    """Compare what the books hold with what the shop charged and the scenario promises."""
    outcome = played.seen or _outcome(held)
    order_total = _sum(order.total for order in played.orders) if played.orders else None
    verdict = Verdict(
        outcome=outcome,
        currency=played.orders[0].currency if played.orders else None,
        order_total=order_total,
        document_total=held.sum_of("gross") if held.documents else None,
        vat=held.sum_of("vat") if held.documents else None,
        balance=held.sum_of("remainder") if held.booked else None,
        documents=len(held.booked),
        wrong=tuple(played.wrong),
    )
    return _with_faults(verdict, scenario, played, held)


def strays(book: Json, keys: Collection[str]) -> list[str]:
    """What is in an agreement's books and under none of these keys: a scenario's books hold nothing else."""
    found = [row for kind in ("drafts", "booked") for row in book[kind] if row["reference"] not in keys]
    return [f"the books hold a document of {row['reference']}" for row in found]


def _outcome(held: Held) -> str:
    if held.booked:
        return "credited" if any(Decimal(document["gross"]) < 0 for document in held.booked) else "booked"
    return "draft" if held.drafts else "not_meant"


def _sum(amounts: Any) -> Decimal:
    return sum(amounts, ZERO)


def _with_faults(verdict: Verdict, scenario: Scenario, played: Played, held: Held) -> Verdict:
    wrong = [*verdict.wrong, *_surplus(held), *_still_open(scenario, held)]
    if verdict.outcome != scenario.outcome:
        wrong.append(f"ended as {verdict.outcome}, not {scenario.outcome}")
    booked = scenario.documents if scenario.outcome in IN_THE_BOOKS else 0
    if verdict.documents != booked:
        wrong.append(f"{verdict.documents} booked documents, not {booked}")
    if verdict.document_total is not None:
        wrong += _amount_faults(verdict, scenario, played)
    return Verdict(**{**vars(verdict), "wrong": tuple(wrong)})


def _surplus(held: Held) -> Iterator[str]:
    """What is there beside the booked documents and the payments that settle them."""
    if held.booked and held.drafts:
        yield f"{len(held.drafts)} drafts beside the booked documents"
    paid, settled = held.paid, held.sum_of("gross") - held.sum_of("remainder") if held.booked else ZERO
    if paid != settled:
        yield f"{paid} is paid on documents of which {settled} is settled"


def _amount_faults(verdict: Verdict, scenario: Scenario, played: Played) -> list[str]:
    wanted = _sum(order.total for order in played.orders) + (scenario.difference or 0)
    vat = _sum(order.vat for order in played.orders) if played.vat is None else played.vat
    faults = []
    if verdict.document_total != wanted:
        faults.append(f"the documents come to {verdict.document_total}, not {wanted}")
    if scenario.difference is None and verdict.vat != vat:
        faults.append(f"the documents' VAT is {verdict.vat}, not {vat}")
    if verdict.balance is not None and scenario.balance not in (None, verdict.balance):
        faults.append(f"{verdict.balance} is still open, not {scenario.balance}")
    return faults


def _still_open(scenario: Scenario, held: Held) -> Iterator[str]:
    """Documents that are open where none may be: an invoice and a credit note may come to nothing together."""
    for document in held.booked if scenario.balance == 0 else ():
        if Decimal(document["remainder"]):
            yield f"{document['remainder']} of {document['gross']} is still open"
