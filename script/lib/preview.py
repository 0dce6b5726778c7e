"""The preview as a person reads it: which documents its orders become, their sums, and what would stop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from script.lib.control import Json
from script.lib.html import Node
from script.lib.owner import Owner
from script.lib.page import Form, Page
from script.lib.person import Unexpected

PREVIEW = "finance/preview/"
MOST_STEPS = 50
AMOUNT = re.compile(r"-?[\d.]+,\d\d")
PART = re.compile(rf"([\d,]+) % ?: ({AMOUNT.pattern}) kr\. \+ ({AMOUNT.pattern}) kr\.")
COUNT = re.compile(r"(\d+) ordrer?")
MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)

Sums = Mapping[tuple[str, Decimal], tuple[Decimal, Decimal]]
"""(month, VAT rate in per cent) → (net, VAT)."""
Parts = Mapping[Decimal, tuple[Decimal, Decimal]]
"""VAT rate in per cent → (net, VAT) of one document."""


@dataclass(frozen=True)
class Shown:
    """What a preview's page says."""

    page: Page

    @property
    def counts(self) -> list[tuple[int, Decimal]]:
        """How many orders become documents, would stop, are not meant to go, are there already; each with its sum."""
        return [_counted(node.text) for node in self.page.root.find("dd")]

    @property
    def documents(self) -> dict[str, Parts]:
        """Order number → the document that it becomes, for those that become one."""
        rows = {_head(row): _parts(row.text) for row in _rows(self.page, "orders")}
        return {number: parts for number, parts in rows.items() if parts}

    @property
    def sums(self) -> Sums:
        """What all the documents come to."""
        found = {}
        for row in _rows(self.page, "sums"):
            rate, net, vat, _gross = (node.text for node in row.find("td"))
            found[_head(row), danish(rate.removesuffix(" %"))] = (_amount(net), _amount(vat))
        return found

    @property
    def stops(self) -> str:
        """The words about what would stop."""
        return " ".join(section.text for section in _sections(self.page, "stops"))

    @property
    def progress(self) -> tuple[int, int]:
        """How many of how many earlier orders are done with, once they are fetched. Raises Unexpected before."""
        for node in self.page.root.find("progress"):
            if node.get("id") == "sending":
                return int(node.get("value")), int(node.get("max"))
        raise Unexpected(f"no earlier orders are under way: {self.page}")

    def button(self, act: str) -> Form:
        """The form of the button that does this. Raises LookupError where the page has none."""
        for form in self.page.forms():
            if any(node.get("value") == act for node in form.node.find("button")):
                return form
        raise LookupError(f"no button {act!r} on {self.page}")


def look(owner: Owner, first: date, last: date) -> Shown:
    """Have the orders of these days looked at, and go on as the page does until all are."""
    page = owner.person.open(owner.address(PREVIEW))
    page = owner.person.send(page.form(having="first"), "begin", first=first, last=last)
    for _ in range(MOST_STEPS):
        if not page.has_link("preview/step/"):
            return Shown(page)
        page = owner.person.follow(to="preview/step/")
    raise Unexpected(f"the preview does not end: {page}")


def fetch(owner: Owner, shown: Shown) -> Shown:
    """Fetch the earlier orders that a preview shows."""
    return Shown(owner.person.send(shown.button("start"), "start"))


def current(owner: Owner) -> Shown:
    """The preview's page as it is now."""
    return Shown(owner.person.open(owner.address(PREVIEW)))


# --- the books, told the same way ---------------------------------------------------------------------------------
def parts_of(document: Json) -> Parts:
    """A document of the ledger."""
    rates = document["vat_by_rate"].items()
    return {Decimal(rate): (Decimal(sums["net"]), Decimal(sums["vat"])) for rate, sums in rates}


def sums_of(documents: Iterable[Json]) -> Sums:
    """What documents of the ledger come to, per month and VAT rate."""
    sums: dict[tuple[str, Decimal], tuple[Decimal, Decimal]] = {}
    for document in documents:
        day = date.fromisoformat(document["date"])
        for rate, (net, vat) in parts_of(document).items():
            key = (f"{MONTHS[day.month - 1]} {day.year}", rate)
            before = sums.get(key, (Decimal(0), Decimal(0)))
            sums[key] = (before[0] + net, before[1] + vat)
    return sums


# --- reading the page ----------------------------------------------------------------------------------------------
def danish(number: str) -> Decimal:
    """A number as Danes write it: 1.234,50."""
    return Decimal(number.replace(".", "").replace(",", "."))


def _sections(page: Page, name: str) -> list[Node]:
    return [node for node in page.root.find("section") if node.get("aria-labelledby") == name]


def _rows(page: Page, name: str) -> list[Node]:
    return [row for section in _sections(page, name) for body in section.find("tbody") for row in body.find("tr")]


def _head(row: Node) -> str:
    return next(row.find("th")).text


def _amount(words: str) -> Decimal:
    found = AMOUNT.search(words.replace("−", "-"))
    if found is None:
        raise Unexpected(f"no amount in {words!r}")
    return danish(found[0])


def _counted(words: str) -> tuple[int, Decimal]:
    found = COUNT.match(words)
    if found is None:
        raise Unexpected(f"no count in {words!r}")
    return int(found[1]), _amount(words.partition("·")[2])


def _parts(words: str) -> Parts:
    found = PART.findall(words.replace("−", "-"))
    return {danish(rate): (danish(net), danish(vat)) for rate, net, vat in found}
