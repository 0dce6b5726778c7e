"""One company's books: what they hold, and what finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .ids import identity
from .model import Invoice, Json, Payment

TABLES = (
    *("contacts", "contactPersons", "products", "productPrices", "accounts", "accountGroups", "accountNatures"),
    *("taxRates", "salesTaxRulesets", "salesTaxRules", "currencies", "countries", "countryGroups"),
)


@dataclass
class Books:
    """The books. What has no arithmetic is in `tables`: resource → id → record; `created` says when it was made."""

    owner: int
    company: str
    serials: Iterator[int]
    tables: dict[str, dict[str, Json]] = field(default_factory=lambda: {name: {} for name in TABLES})
    invoices: dict[str, Invoice] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    created: dict[str, float] = field(default_factory=dict)
    by_contact: dict[str, dict[str, None]] = field(default_factory=dict)
    persons: dict[str, dict[str, None]] = field(default_factory=dict)
    line_of: dict[str, str] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)

    def new_id(self) -> str:
        """An id of the books' own choice."""
        return identity(self.owner, next(self.serials))

    def next_number(self) -> str:
        """The number of the next invoice that is approved."""
        return str(max((int(number) for number in self.numbers if number.isdigit()), default=0) + 1)

    def known(self, resource: str, id_: str) -> bool:
        """Whether there is such a thing."""
        if resource == "organizations":
            return id_ == self.company
        if resource == "invoices":
            return id_ in self.invoices
        return id_ in self.tables[resource]

    def add(self, resource: str, record: Json, now: float, id_: str = "") -> Json:
        """Keep a new record; gives it back with its id."""
        kept = {"id": id_ or self.new_id(), **record}
        self.tables[resource][kept["id"]] = kept
        self.created[kept["id"]] = now
        if resource == "contactPersons":
            self.persons.setdefault(kept["contactId"], {})[kept["id"]] = None
        return kept

    def remove(self, resource: str, id_: str) -> None:
        """Drop a record as if it had never been there."""
        record = self.tables[resource].pop(id_)
        if resource == "contactPersons":
            self.persons[record["contactId"]].pop(id_)

    def put_invoice(self, invoice: Invoice) -> None:
        """Keep a new or changed invoice, found by its contact and its lines."""
        self.invoices[invoice.id] = invoice
        self.by_contact.setdefault(invoice.data["contactId"], {})[invoice.id] = None
        self.line_of.update(dict.fromkeys((line.id for line in invoice.lines), invoice.id))

    def forget_invoice(self, id_: str) -> None:
        """Delete a draft."""
        gone = self.invoices.pop(id_)
        self.by_contact[gone.data["contactId"]].pop(id_)
        for line in gone.lines:
            self.line_of.pop(line.id, None)

    def children(self, resource: str, parent: str, id_: str) -> list[Json]:
        """The records of a resource that belong to one thing."""
        if resource == "contactPersons":
            return [self.tables[resource][one] for one in self.persons.get(id_, ())]
        return [record for record in self.tables[resource].values() if record[parent] == id_]

    def account_number(self, number: int) -> Json:
        """The account of the chart with that number. Raises KeyError."""
        for account in self.tables["accounts"].values():
            if account["accountNo"] == number:
                return account
        raise KeyError(number)
