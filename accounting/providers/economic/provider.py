"""e-conomic as an accounting provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from accounting.base import (
    JSON,
    AccountingProvider,
    Budget,
    Call,
    Choices,
    Finding,
    Item,
    Keys,
    Receipt,
    SettingField,
    SignIn,
    Verdict,
    Write,
)
from accounting.providers.economic import calendar, choices, drafts, matching, payload, selfcheck, signs
from accounting.providers.economic.answers import figures, number_of
from accounting.providers.economic.client import JOURNALS, Client
from accounting.providers.economic.explained import explained
from accounting.providers.economic.lookup import Lookup, booked_receipt, draft_receipt
from accounting.providers.economic.signs import NEGATIVE, RECEIVED
from connector.core.capabilities import ProviderCapabilities
from connector.core.document import Customer, DocumentLine, InvoiceDocument
from connector.core.errors import OutcomeUnknown, Rejected, Unsupported
from connector.lib.http import Trace, Transport

LOCALES = {"da": "da-DK", "nb": "nb-NO", "en": "en-GB"}
"""Language → a locale that the approve page lists; da-DK for all others."""
LONGEST_TOKEN = 200
BOOKS_ARE_IN = ZoneInfo("Europe/Copenhagen")

MADE = {
    Write.CUSTOMER: "customerNumber",
    Write.PRODUCT: "productNumber",
    Write.DRAFT: "draftInvoiceNumber",
    Write.CORRECT: "draftInvoiceNumber",
    Write.BOOK: "bookedInvoiceNumber",
    Write.PAYMENT: "entryNumber",
}
"""What a call makes → the number of it in the answer. Booking an entry answers with nothing."""

ADOPTABLE = frozenset({Write.PRODUCT, Write.CORRECT, Write.BOOK, Write.PAYMENT_UNDO, Write.PAYMENT_BOOK, Write.MATCH})
"""Calls that are refused when their effect is there already: then it is looked up before the refusal is believed."""


class Economic(AccountingProvider):
    """One agreement.

    `config` holds rest_url, openapi_url and app_secret; its keys are {"grant": token}; `kept` is the JSON of `Choices`,
    from which currencies and kinds of payment terms are known without asking, and `payment_sign` once that is learnt.
    """

    name = "economic"
    label = "e-conomic"
    capabilities = ProviderCapabilities(
        books_drafts=True,
        settles=True,
        creates_products=True,
        foreign_currency=True,
        negative_lines=True,
        credit_notes=True,
        # No limit is documented. A line's answer takes some 700 bytes, so this many stay far below what one answer
        # may hold, and below 1,000, the most that either host gives of anything at once.
        max_lines=900,
        max_item_number=payload.ITEM_NUMBER,
        max_description=payload.DESCRIPTION,
        max_name=payload.RECIPIENT_NAME,
    )
    # Docs: https://apis.e-conomic.com/q2capi/redoc.html#section/Idempotency
    key_seconds = 3600.0
    # How far lists lag behind writes was never measured; a booking that is not listed is looked for once more.
    lookup_lag = 20.0
    settlement = (Write.PAYMENT, Write.PAYMENT_BOOK)
    checks_payments = True
    matches_credits = True
    setting_fields: tuple[SettingField, ...] = selfcheck.SETTING_FIELDS
    # Section 11.1; what the other kinds do to the customer's balance nobody has seen.
    settling_terms = frozenset({"paidInCash"})
    prerequisites = ("plan-with-api", "administrator")

    def __init__(self, config: Mapping[str, str], keys: Keys, kept: Mapping[str, Any], transport: Transport) -> None:
        headers = {"X-AppSecretToken": config["app_secret"], "X-AgreementGrantToken": keys.current()["grant"]}
        urls = {"rest": config["rest_url"], "openapi": config["openapi_url"]}
        self.trace = Trace()
        self.client = Client(urls, lambda: headers, transport, self.trace)
        self.lookup = Lookup(self.client)
        self.base_currency = str(kept.get("base_currency") or "DKK")
        self.payment_sign = str(kept.get("payment_sign") or "")
        listed: Mapping[str, Iterable[Mapping[str, str]]] = kept.get("lists") or {}
        self._currencies = {option["value"] for option in listed.get("currencies", ())} | {self.base_currency}
        self._years = list(listed.get("years", ()))
        self._terms = {option["value"]: option.get("hint", "") for option in listed.get("terms", ())}
        self.capabilities = replace(type(self).capabilities, foreign_currency=len(self._currencies) > 1)

    # --- connecting ---------------------------------------------------------------------------------------------
    @classmethod
    def build(cls, config: Mapping[str, str], keys: Keys, kept: Mapping[str, Any], transport: Transport) -> Self:
        return cls(config, keys, kept, transport)

    @classmethod
    def connect_url(cls, config: Mapping[str, str], sign_in: SignIn) -> str:
        """Docs: https://www.e-conomic.com/developer/connect. Uses grant_url and app_public of `config`.

        Nothing but a token comes back, no state and no signature: the return address must carry an unguessable part.
        """
        locale = LOCALES.get(sign_in.language[:2], LOCALES["da"])
        query = {"appPublicToken": config["app_public"], "locale": locale, "redirectUrl": sign_in.return_url}
        return f"{config['grant_url']}?{urlencode(query, quote_via=quote)}"

    @classmethod
    def granted(cls, config: Mapping[str, str], answer: Mapping[str, str], sign_in: SignIn) -> dict[str, str] | None:
        """The secrets in the query of the way back; None when it holds none (declined, or strayed here)."""
        token = answer.get("token", "")
        usable = token.isascii() and token.isprintable() and " " not in token and len(token) <= LONGEST_TOKEN
        return {"grant": token} if token and usable else None

    def choices(self) -> Choices:
        return choices.read(self.client)

    def check(self, settings: Mapping[str, str], today: date | None = None) -> list[Finding]:
        """`today` is the day in Copenhagen unless given."""
        return selfcheck.findings(self.client, settings, today or datetime.now(BOOKS_ARE_IN).date())

    # --- reading ------------------------------------------------------------------------------------------------
    def find_customers(self, customer: Customer) -> list[Receipt]:
        """Not barred ones first, then by number. Without a key nobody matches."""
        return self.lookup.buyers(payload.identity(customer)) if customer.key else []

    def find_items(self, numbers: Iterable[str]) -> dict[str, Item]:
        return self.lookup.items(numbers)

    def look(self, call: Call) -> list[Receipt]:
        return self.lookup.made_by(call)

    def balances(self, invoices: Sequence[str]) -> dict[str, Decimal]:
        return self.lookup.balances(invoices)

    def open_credits(self, notes: Sequence[str]) -> dict[str, Decimal]:
        """What is open on a credit note is below zero there."""
        return {number: -open_amount for number, open_amount in self.lookup.balances(notes).items()}

    def require(self, document: InvoiceDocument, base_currency: str) -> None:
        super().require(document, base_currency)
        self._require_currency(document)
        if document.is_credit and document.total.amount <= 0:
            # Its sign alone makes it a note, and nobody has seen a total of zero booked (fact sheet, 19.11).
            raise Unsupported("nothing-to-book", order=document.number, fact="zero")

    def seems_closed(self, day: date) -> bool:
        return calendar.seems_closed(self._years, day)

    def first_open_day(self, day: date) -> date:
        return calendar.first_open_day(self.client, day)

    # --- building a call --------------------------------------------------------------------------------------------
    def customer_call(self, customer: Customer, document: InvoiceDocument) -> Call:
        self._require_currency(document)
        body = payload.customer(customer, document)
        return _call(Write.CUSTOMER, "/customers", body, document, **payload.identity(customer))

    def product_call(self, line: DocumentLine, document: InvoiceDocument) -> Call:
        return _call(Write.PRODUCT, "/products", payload.product(line, document), document, sku=line.item)

    def item_call(self, item: Item) -> Call:
        body = payload.encode(payload.item(item.number, item.name, item.group))
        return Call(Write.PRODUCT, "POST", "rest", "/products", body, {"sku": item.number})

    def draft_call(self, document: InvoiceDocument, customer: str) -> Call:
        self._require_currency(document)
        needs_due_date = self._terms.get(document.choices.get("terms", "")) == "dueDate"
        body = payload.draft(document, int(customer), needs_due_date=needs_due_date)
        about = {"customer": customer, "currency": document.currency, **payload.agreed_rate(document)}
        return replace(_call(Write.DRAFT, "/invoices/drafts", body, document, **about), under=document.rounding)

    def correct_call(self, document: InvoiceDocument, customer: str, draft: Receipt) -> Call:
        """PUT is a true replace (fact sheet, 4.4): the same body as the draft's own call."""
        made = self.draft_call(document, customer)
        sums = {"gross": str(document.total.amount), "vat": str(document.vat)}
        about = {**made.about, "draft": draft.id, **sums}
        path = f"{made.path}/{int(draft.id)}"
        return replace(made, write=Write.CORRECT, method="PUT", path=path, about=about)

    def book_call(self, document: InvoiceDocument, draft: Receipt) -> Call:
        customer = draft.figures.customer if draft.figures else None
        body = payload.booking(int(draft.id))
        return _call(Write.BOOK, "/invoices/booked", body, document, draft=draft.id, customer=customer or "")

    def payment_call(self, document: InvoiceDocument, customer: str, booked: Receipt, number: int) -> Call:
        # What the schema says, until the first payment shows another.
        sign = self.payment_sign or NEGATIVE
        body = payload.payment(document, int(customer), int(booked.id), number, received=RECEIVED[sign])
        about = {
            "journal": str(body["journalNumber"]),
            "account": str(body["contraAccountNumber"]),
            "customer": customer,
            "invoice": booked.id,
            "amount": str(body["amount"]),
            "currency": document.currency,
            "mark": payload.payment_mark(document, number),
        }
        return replace(_call(Write.PAYMENT, f"{JOURNALS}/draft-entries", body, document, **about), under=sign)

    def payment_book_call(self, document: InvoiceDocument, entry: Receipt) -> Call:
        path = f"{JOURNALS}/journals/{int(entry.more['journal'])}/bookdraftentries"
        about = {**entry.more, "entry": entry.id}
        return _call(Write.PAYMENT_BOOK, path, payload.entry_booking(int(entry.id)), document, **about)

    def match_call(self, document: InvoiceDocument, booked: Receipt, amount: Decimal) -> Call:
        if document.credits is None or not document.credits.id:
            return super().match_call(document, booked, amount)
        return matching.call(document, document.credits, booked, amount)

    # --- the sign of a payment ----------------------------------------------------------------------------------------
    def before_payment(self, call: Call) -> JSON:
        balance = self.lookup.draft_balance(call.about["account"])
        return {} if balance is None else {"before": str(balance)}

    def confirm_payment(self, call: Call, entry: Receipt) -> Verdict:
        after = self.lookup.draft_balance(call.about["account"])
        return signs.verdict(call.about, call.under, after, self.base_currency)

    def undo_payment_call(self, document: InvoiceDocument, entry: Receipt) -> Call:
        path = f"{JOURNALS}/draft-entries/{int(entry.id)}"
        return Call(Write.PAYMENT_UNDO, "DELETE", "openapi", path, b"", {**entry.more, "entry": entry.id})

    def _require_currency(self, document: InvoiceDocument) -> None:
        if document.currency not in self._currencies:
            raise Unsupported("currency-missing", currency=document.currency, order=document.number)

    # --- doing ------------------------------------------------------------------------------------------------------
    def send(self, call: Call, key: str) -> Receipt:
        try:
            if call.write is Write.MATCH:
                return matching.send(self.client, call, key)
            if call.write is Write.CORRECT:
                drafts.require(self.client, call)
            answer = self.client.write(call.host, call.method, call.path, call.body or None, key, call.about)
        except Rejected as refusal:
            return self._adopted(call, refusal)
        return self._receipt(call, answer)

    def _receipt(self, call: Call, answer: Any) -> Receipt:
        if call.write in (Write.PAYMENT_BOOK, Write.PAYMENT_UNDO):
            return Receipt(call.about["entry"], final=call.write is Write.PAYMENT_BOOK, more=call.about)
        number = number_of(answer, MADE[call.write])
        if number is None:
            raise OutcomeUnknown(detail=f"an answer without {MADE[call.write]}")
        if call.write in (Write.DRAFT, Write.CORRECT):
            return self._draft_receipt(call, number, answer)
        if call.write is Write.BOOK:
            return booked_receipt(number, answer, call.about)
        return Receipt(number, more=call.about if call.write is Write.PAYMENT else {})

    def _draft_receipt(self, call: Call, number: str, answer: JSON) -> Receipt:
        row = answer if figures(answer) else self.client.one(f"/invoices/drafts/{number}") or answer
        return draft_receipt(number, row, call.about)

    def _adopted(self, call: Call, refusal: Rejected) -> Receipt:
        """What a refused call was to make, if it is there; else raise why it was refused, as well as that can be told.

        A draft that is booked already is answered with 404 or 400, nobody has seen which (fact sheet, 19.9).
        """
        found = self.look(call) if call.write in ADOPTABLE else []
        if found:
            return found[0]
        raise explained(self.client, call, refusal) from refusal

    def discard(self, draft: Receipt) -> None:
        drafts.discard(self.client, draft)

    @property
    def budget(self) -> Budget | None:
        return Budget(*self.client.meter.spent) if self.client.meter.spent else None

    @property
    def calls(self) -> list[JSON]:
        return self.trace.calls


def _call(write: Write, path: str, body: JSON, document: InvoiceDocument, **about: str) -> Call:
    host = "openapi" if path.startswith(JOURNALS) else "rest"
    known: JSON = {"order": document.number, "key": document.key, "date": document.date.isoformat()}
    known |= {"credit": True} if document.is_credit else {}
    return Call(write, "POST", host, path, payload.encode(body), {**known, **about})
