"""One customer's company: who they are, and their books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sandbox.dinero.limits import Limit
from sandbox.wire import Clock

from . import seed
from .books import Books
from .clock import moment
from .founding import named
from .model import Json

SALES_RULESET = seed.GOODS


@dataclass
class Company:
    """A company. `switches` overrides the service's defaults for this one; `tokens` are those that work."""

    number: int
    name: str
    books: Books
    defaults: Mapping[str, object]
    clock: Clock
    opened: float
    cvr: str = "12345678"
    has_vat: bool = True
    email: str = "ejer@example.dk"
    switches: dict[str, object] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    calls: int = 0
    limit: Limit = field(default_factory=Limit)
    locking_date: date | None = None
    is_locked: bool = False
    terms: tuple[str, int] = ("net", 8)

    @property
    def id(self) -> str:
        """Its id in Billy."""
        return self.books.company

    def switch(self, name: str) -> Any:
        """The value of a switch here. Raises KeyError for an unknown name."""
        return self.switches[name] if name in self.switches else self.defaults[name]

    def default(self, table: str, name: str) -> str | None:
        """The id of the record of that name, None when the owner has deleted it."""
        try:
            return str(named(self.books.tables[table], name)["id"])
        except KeyError:
            return None

    def document(self) -> Json:
        """The company as `GET /organization` shows it (fact sheet, section 1)."""
        return {
            "id": self.id,
            "ownerUserId": "Eg0000000000000000000",
            "createdTime": moment(self.opened),
            "name": self.name,
            "url": f"selskab{self.number}",
            "street": "Havnegade 3",
            "zipcode": "8000",
            "city": "Aarhus C",
            "countryId": "DK",
            "phone": None,
            "email": self.email,
            "registrationNo": self.cvr,
            "baseCurrencyId": "DKK",
            "localeId": "da_DK",
            "hasVat": self.has_vat,
            "vatPeriod": "quarterly",
            "fiscalYearEndMonth": 12,
            "firstFiscalYearStart": "2025-01-01",
            "firstFiscalYearEnd": "2025-12-31",
            "fiscalLockingDate": self.locking_date.isoformat() if self.locking_date else None,
            "invoiceNoMode": "sequential",
            "nextInvoiceNo": int(self.books.next_number()),
            "paymentTermsMode": self.terms[0],
            "paymentTermsDays": self.terms[1],
            "defaultTaxMode": self.switch("default_tax_mode"),
            "defaultSalesAccountId": self.default("accounts", "Salg"),
            "defaultSalesTaxRulesetId": self.default("salesTaxRulesets", SALES_RULESET),
            "defaultInvoiceBankAccountId": self.default("accounts", "Bank"),
            "defaultBankFeeAccountId": self.default("accounts", "Gebyrer"),
            "isTrial": False,
            "isTerminated": False,
            "isLocked": self.is_locked,
            "lockedCode": "unpaid" if self.is_locked else None,
            "lockedReason": "Abonnementet er ikke betalt." if self.is_locked else None,
        }
