"""One customer's company: who they are, and their books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.dinero.limits import Limit
from sandbox.wire import Clock

from . import founding, ledger, posting, seed
from .books import Books
from .clock import danish_day, moment
from .ids import ID
from .model import Invoice, Json
from .seed import Product
from .shapes import SHAPES

GOODS = seed.GOODS
PAYMENT = SHAPES["bankPayments"].properties


@dataclass
class Company:
    """A company. `switches` overrides the service's defaults for this one; `tokens` are those that work.

    The methods after `document` are what the owner does in Billy's own pages, beyond any API. They raise KeyError for
    what is not there, ValueError for what cannot be done.
    """

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
    seeded: Mapping[str, bool] = field(default_factory=dict)

    def empty(self) -> None:
        """Begin the books again as those of a new company; the number, the id and the tokens stay."""
        self.books = founding.books(self.number, self.clock(), self.books.serials, **self.seeded)
        self.limit, self.calls, self.locking_date, self.is_locked = Limit(), 0, None, False
        self.switches.clear()

    @property
    def id(self) -> str:
        """Its id in Billy."""
        return self.books.company

    def switch(self, name: str) -> Any:
        """The value of a switch here. Raises KeyError for an unknown name."""
        return self.switches[name] if name in self.switches else self.defaults[name]

    @property
    def default_ruleset(self) -> str | None:
        """The ruleset of a product that has none of its own."""
        return next((id_ for id_, row in self.books.tables["salesTaxRulesets"].items() if row["name"] == GOODS), None)

    @property
    def default_sales_account(self) -> str | None:
        """The account of a product that has none of its own."""
        return self._account_id(seed.SALES)

    def _account_id(self, number: int) -> str | None:
        accounts = self.books.tables["accounts"].items()
        return next((id_ for id_, row in accounts if row["accountNo"] == number), None)

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
            "defaultSalesAccountId": self.default_sales_account,
            "defaultSalesTaxRulesetId": self.default_ruleset,
            "defaultInvoiceBankAccountId": self._account_id(seed.BANK),
            "defaultBankFeeAccountId": self._account_id(seed.FEES),
            "isTrial": False,
            "isTerminated": False,
            "isLocked": self.is_locked,
            "lockedCode": "unpaid" if self.is_locked else None,
            "lockedReason": "Abonnementet er ikke betalt." if self.is_locked else None,
        }

    def ledger(self) -> Json:
        """All the books as JSON; amounts are strings with two decimals."""
        return ledger.of(self)

    def documents_with(self, reference: str) -> Json:
        """{"drafts", "booked", "payments"} of one orderNo."""
        return ledger.of_reference(self, reference)

    def invoice(self, which: str) -> Invoice:
        """An invoice by its id, or an approved one by its number."""
        if ID.fullmatch(which):
            return self.books.invoices[which]
        found = [invoice for invoice in self.books.invoices.values() if invoice.number == which]
        if not found:
            raise KeyError(which)
        return found[0]

    def _draft(self, which: str) -> Invoice:
        invoice = self.invoice(which)
        if invoice.approved is not None:
            raise ValueError(f"{which} is no draft")
        return invoice

    def book_by_hand(self, draft: str) -> str:
        """The owner approves a draft; gives back its number."""
        invoice = self._draft(draft)
        posting.approve(self, invoice, self.clock())
        return invoice.number or ""

    def delete_draft_by_hand(self, draft: str) -> None:
        """The owner deletes a draft."""
        self.books.forget_invoice(self._draft(draft).id)

    def edit_draft_by_hand(self, draft: str, *, amount: int | None = None, message: str | None = None) -> None:
        """The owner changes the price of a draft's first line (øre) or its message to the contact."""
        invoice = self._draft(draft)
        if amount is not None:
            first, *others = (line.data for line in invoice.lines)
            posting.price(self, invoice, [first | {"unitPrice": Decimal(amount).scaleb(-2)}, *others])
        if message is not None:
            invoice.data["contactMessage"] = message

    def pay_by_hand(self, booked: str, account: int = seed.BANK, amount: int | None = None) -> str:
        """The owner registers the payment of what remains, or of `amount` øre; gives back its id."""
        invoice = self.invoice(booked)
        if invoice.approved is None:
            raise ValueError(f"{booked} is not approved")
        owed = Decimal(invoice.balance() if amount is None else amount).scaleb(-2)
        data = dict.fromkeys(name for name, prop in PAYMENT.items() if prop.kind != "has-many") | {
            "contactId": invoice.data["contactId"],
            "entryDate": danish_day(self.clock()),
            "cashAmount": round(owed * invoice.rate, 2),
            "cashSide": "credit" if invoice.is_credit else "debit",
            "cashAccountId": self.books.account_number(account)["id"],
            "cashExchangeRate": invoice.rate if invoice.data["currencyId"] != "DKK" else None,
            "subjectCurrencyId": invoice.data["currencyId"],
            "subjects": [invoice.id],
        }
        return posting.pay(self, data, [invoice], self.clock()).id

    def void_payment_by_hand(self, payment: str) -> None:
        """The owner voids a payment."""
        posting.void(self.books.payments[payment])

    def make_contact(self, name: str, email: str = "", **more: Any) -> str:
        """The owner types a contact in, with properties in Billy's spelling; gives back its id."""
        blank = {"countryId": "DK", "type": "company", "isCustomer": True, "isArchived": False}
        made = founding.add(self.books, "contacts", self.clock(), **{**blank, "name": name, **more})
        if email:
            person = {"contactId": made["id"], "email": email, "name": name, "isPrimary": True}
            founding.add(self.books, "contactPersons", self.clock(), **person)
        return str(made["id"])

    def change_contact(self, contact: str, **more: Any) -> None:
        """The owner changes properties of a contact."""
        self._change("contacts", contact, more)

    def delete_contact_by_hand(self, contact: str) -> None:
        """The owner deletes a contact, in use or not."""
        for person in self.books.children("contactPersons", "contactId", contact):
            self.books.remove("contactPersons", person["id"])
        self.books.remove("contacts", contact)

    def make_product(self, name: str, account: int = seed.SALES, ruleset: str = GOODS) -> str:
        """The owner makes a product; gives back its id."""
        return str(founding.add_product(self.books, Product(name, account, ruleset), self.clock())["id"])

    def change_product(self, product: str, **more: Any) -> None:
        """The owner changes properties of a product: archives it (`isArchived`), gives it another ruleset …"""
        self._change("products", product, more)

    def delete_product_by_hand(self, product: str) -> None:
        """The owner deletes a product, in use or not."""
        self.books.remove("products", product)

    def change_account(self, number: int, **more: Any) -> None:
        """The owner changes properties of an account: archives it (`isArchived`), renames it …"""
        self._change("accounts", self.books.account_number(number)["id"], more)

    def delete_account(self, number: int) -> None:
        """The owner deletes an account, in use or not."""
        self.books.remove("accounts", self.books.account_number(number)["id"])

    def lock_period(self, until: str) -> None:
        """The owner locks the books up to and including a day, YYYY-MM-DD; an empty text opens them."""
        self.locking_date = date.fromisoformat(until) if until else None

    def lock(self, locked: bool = True) -> None:
        """Billy locks the company, or opens it again."""
        self.is_locked = locked

    def set_rate(self, currency: str, rate: Decimal) -> None:
        """The day's rate of a currency: the price of one unit in kroner."""
        self.books.tables["currencies"][currency]["exchangeRate"] = rate

    def _change(self, resource: str, id_: str, changes: Mapping[str, Any]) -> None:
        record = self.books.tables[resource][id_]
        if changes.keys() - record.keys():
            raise KeyError(", ".join(changes.keys() - record.keys()))
        record.update(changes)
