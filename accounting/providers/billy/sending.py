"""Makes the calls. Billy has no idempotency key and takes no ids of ours (fact sheet, section 6), so that a call whose
outcome is not known is looked for before it is made again, and a refusal is believed only when the books do not show
that the call was made already.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from accounting.base import Call, Receipt, Write
from accounting.comparing import differing, differs
from accounting.providers.billy import answers, fields, payload, refusals
from accounting.providers.billy.client import Client
from accounting.providers.billy.explained import explained
from accounting.providers.billy.lookup import PERSONS, WITH_PERSONS, Lookup
from accounting.writing import Exact, encode
from connector.core.errors import OutcomeUnknown, Rejected, Temporary

JSON = dict[str, Any]
Tried = tuple[Write, str, bytes]

TYPE, CREDITED = "type", "creditedInvoiceId"
OTHERWISE: Mapping[str, str | None] = {
    # Not in the documented attributes; the key stands in the text, too.
    "orderNo": None,
    TYPE: payload.CREDIT_NOTE_ELSEWHERE,
    CREDITED: None,
}
"""An attribute of an invoice that may be refused (fact sheet, section 6) → what is sent instead, None for nothing."""


class Sender:
    """The only part that changes anything in the books."""

    def __init__(self, client: Client, lookup: Lookup, organization: str = "") -> None:
        self.client, self.lookup = client, lookup
        self.organization = organization
        self._wants_organization = False
        self._tried: set[Tried] = set()
        """What was sent once already by this object: looked for before it is sent again."""
        self._untouched: set[str] = set()
        """Drafts whose figures were just read or answered, and that nobody can have changed unseen since."""
        self._open: dict[str, Decimal] = {}
        """Invoice → what is open on it, as its last answer said."""
        self.registered: dict[str, dict[str, Decimal]] = {}
        """Invoice → the payments that were made on it → what each settles."""
        self.told: dict[str, Decimal] = {}
        """Invoice or credit note → what was open on it when the note was approved: less may be open since, not more."""
        self._by_write: Mapping[Write, Callable[[Call], Receipt]] = {
            Write.CUSTOMER: self._contact,
            Write.PRODUCT: self._product,
            Write.DRAFT: self._draft,
            Write.CORRECT: self._correction,
            Write.BOOK: self._approval,
            Write.PAYMENT: self._payment,
        }

    def send(self, call: Call) -> Receipt:
        """Make the call, or find that it was made."""
        return self._by_write[call.write](call)

    def _made_before(self, call: Call) -> Receipt | None:
        """What an earlier try of the same call has made. The first try is not looked for: the engine has."""
        tried = call.write, call.path, call.body
        if tried in self._tried:
            found = self.lookup.made_by(call)
            return found[0] if found else None
        self._tried.add(tried)
        return None

    # --- writing ----------------------------------------------------------------------------------------------------
    def _write(self, call: Call, body: bytes) -> JSON:
        """The answer. Where Billy wants to be told whose books these are, it is told (fact sheet, section 1)."""
        if self._wants_organization:
            return self.client.write(call.method, call.path, self._owned(call, body), call.about)
        try:
            return self.client.write(call.method, call.path, body, call.about)
        except Rejected as refusal:
            if not refusals.complains_of(refusal, refusals.ORGANIZATION):
                raise
            self._wants_organization = True
            return self.client.write(call.method, call.path, self._owned(call, body), call.about)

    def _owned(self, call: Call, body: bytes) -> bytes:
        self.organization = self.organization or fields.text(self.client.organization(), "id")
        return _with(body, organizationId=self.organization)

    def _created(self, call: Call, resource: str, body: bytes | None = None) -> tuple[JSON, JSON]:
        """The record that was made, and the whole answer."""
        answer = self._write(call, call.body if body is None else body)
        made = fields.records(answer, resource)
        if not made or not fields.text(made[0], "id"):
            raise OutcomeUnknown(detail="an answer without the record")
        return made[0], answer

    # --- contacts and products --------------------------------------------------------------------------------------
    def _contact(self, call: Call) -> Receipt:
        made = self._made_before(call)
        if made:
            return made
        try:
            row, answer = self._created(call, "contacts")
        except Rejected as refusal:
            if not refusals.complains_of(refusal, PERSONS):
                raise
            # One client was told that persons cannot be written with their contact (fact sheet, section 4).
            row, answer = self._created(call, "contacts", _with(call.body, contactPersons=None))
        self._with_person(call, fields.text(row, "id"), answer)
        return Receipt(fields.text(row, "id"), more={"name": call.about["title"]})

    def _with_person(self, call: Call, contact: str, answer: JSON) -> None:
        """See to it that the contact has its e-mail. It stands either way, so that no failure here is the call's."""
        person = call.about.get("person")
        if not person or _has_person(answer, contact, person):
            return
        try:
            shown = self.client.record("contacts", contact, include=WITH_PERSONS)
            if not any(fields.text(one, "email") == person["email"] for one in (shown or {}).get(PERSONS) or ()):
                body = {"contactPerson": {"contactId": contact, **person}}
                self.client.write("POST", "/contactPersons", encode(body), {})
        except (Temporary, Rejected, OutcomeUnknown):
            return

    def _product(self, call: Call) -> Receipt:
        if there := self.lookup.numbered(call.about["number"]):
            return there[0]
        self._created(call, "products")
        return Receipt(call.about["number"])

    # --- invoices ---------------------------------------------------------------------------------------------------
    def _draft(self, call: Call) -> Receipt:
        made = self._made_before(call)
        if made:
            return made
        try:
            row = self._taken(call, self._at_the_rate_of_its_original(call))
        except Rejected as refusal:
            raise explained(self.lookup, call, refusal) from refusal
        found = answers.receipt(row, call.about)
        if found.figures is None:
            found = self._shown(call, found.id)
        self._untouched.add(found.id)
        return found

    def _taken(self, call: Call, body: bytes) -> JSON:
        """The draft as it was written; what Billy refuses for something that can be said otherwise is said so."""
        said: set[str] = set()
        while True:
            try:
                return self._created(call, "invoices", body)[0]
            except Rejected as refusal:
                name = next((one for one in OTHERWISE if refusals.complains_of(refusal, one)), "")
                if not name or name in said or not self._may_say_otherwise(call, name):
                    raise
                said.add(name)
                body = _with(body, **{name: OTHERWISE[name]})

    def _may_say_otherwise(self, call: Call, name: str) -> bool:
        """An invoice has one type. An invoice that is paid is credited by a note for none in particular, as Billy's
        help has it; one that was credited already must not be credited so."""
        if name != CREDITED:
            return name != TYPE or bool(call.about.get("credit"))
        return self.lookup.was_paid(call.about["original"]) >= Decimal(call.about["gross"])

    def _at_the_rate_of_its_original(self, call: Call) -> bytes:
        """The same request with the very number that the original has for its rate, whatever is priced in what."""
        original = call.about.get("rate_of")
        row = self.lookup.invoice(original) if original else None
        rate = fields.number(row.get("exchangeRate")) if row else None
        return _with(call.body, exchangeRate=Exact(rate)) if rate else call.body

    def _shown(self, call: Call, identity: str) -> Receipt:
        """The invoice that was just written, as Billy shows it; its figures are looked at later where it does not."""
        try:
            row = self.lookup.invoice(identity)
        except (Temporary, Rejected):
            row = None
        return answers.receipt(row, call.about) if row else Receipt(identity, more=answers.facts({}, call.about))

    def _correction(self, call: Call) -> Receipt:
        """A draft that somebody changed meanwhile is theirs, unless it comes to what it should."""
        try:
            row = self._taken(call, call.body)
        except Rejected as refusal:
            found = self._now(call)
            if found.final or not differing(call, found.figures):
                return found
            raise explained(self.lookup, call, refusal) from refusal
        found = answers.receipt(row, call.about)
        self._untouched.add(found.id)
        return found if found.figures else self._shown(call, found.id)

    def _approval(self, call: Call) -> Receipt:
        """Approve the draft as it was compared. Nothing says that it is still the same, so that one which was not just
        written is read once more."""
        draft = call.about["draft"]
        if draft not in self._untouched:
            found = self._now(call)
            if found.final:
                return self._final(found)
            if differing(call, found.figures):
                raise differs(call, found.figures)
        self._untouched.discard(draft)
        try:
            answer = self._write(call, call.body)
        except Rejected as refusal:
            found = self._now(call)
            if found.final:
                return self._final(found)
            raise explained(self.lookup, call, refusal) from refusal
        return self._final(self._approved(call, answer) or self._read_back(call))

    def _approved(self, call: Call, answer: JSON) -> Receipt | None:
        """What was approved, as far as the answer tells; a credit note's tells what is left of its original, too."""
        rows = fields.records(answer, "invoices") or []
        if call.about.get("credit"):
            told = {fields.text(row, "id"): answers.open_amount(row) for row in rows if answers.is_booked(row)}
            self.told |= {identity: left for identity, left in told.items() if left is not None}
        row = fields.with_id(rows, call.about["draft"])
        found = answers.receipt(row, call.about) if row else None
        return found if found and found.final and found.figures else None

    def _read_back(self, call: Call) -> Receipt:
        """What was approved, where its answer does not say. Raises OutcomeUnknown where it cannot be read."""
        try:
            return self._now(call)
        except (Temporary, Rejected) as error:
            raise OutcomeUnknown(detail=str(error.facts.get("detail", error.code))) from error

    def _now(self, call: Call) -> Receipt:
        """The call's invoice as it is now. Raises Rejected when it is gone."""
        row = self.lookup.invoice(call.about["draft"])
        if row is None:
            raise Rejected("draft-deleted", order=str(call.about["order"]))
        return answers.receipt(row, call.about)

    def _final(self, found: Receipt) -> Receipt:
        if not found.final:
            raise OutcomeUnknown(detail="a draft that was approved")
        if "remainder" in found.more:
            self._open[found.id] = Decimal(found.more["remainder"])
        return found

    # --- payments ---------------------------------------------------------------------------------------------------
    def _payment(self, call: Call) -> Receipt:
        """Register the payment, unless it is there, or nothing is open: what is paid too much would silently become the
        contact's (fact sheet, section 7)."""
        invoice, settles = call.about["invoice"], Decimal(call.about["settles"])
        still_open = self._open.pop(invoice, Decimal(0))
        if still_open < settles and (there := self._settled(call)):
            return there
        try:
            row, _ = self._created(call, "bankPayments")
        except Rejected as refusal:
            if there := self._settled(call):
                return there
            raise explained(self.lookup, call, refusal) from refusal
        self._open[invoice] = still_open - settles
        made = Receipt(fields.text(row, "id"), final=True)
        self.registered.setdefault(invoice, {})[made.id] = settles
        return made

    def _settled(self, call: Call) -> Receipt | None:
        """The payment, when it is there; or somebody else's, when nothing is open any more. Raises Rejected when a part
        was paid meanwhile: the whole on top would be too much. On a credit note never more is open than was when it
        was approved (`left`), however late its balance shows what it was set off against."""
        if ours := self.lookup.payments(call.about):
            return ours[0]
        row = self.lookup.invoice(call.about["invoice"])
        remaining = answers.open_amount(row) if row else None
        if row is None or remaining is None:
            raise Temporary("provider-down", detail="no balance")
        if call.about.get("left"):
            remaining = min(remaining, Decimal(call.about["left"]))
        if remaining <= 0:
            return self.lookup.any_payment(row) or Receipt(call.about["invoice"], final=True)
        if remaining < Decimal(call.about["settles"]):
            raise Rejected("settlement-stopped", order=str(call.about["order"]))
        return None


def _with(body: bytes, **changes: Any) -> bytes:
    """The same request with attributes of its one record changed, or without them where they are None."""
    [(root, record)] = json.loads(body, parse_float=Exact).items()
    changed = {**record, **changes}
    return encode({root: {name: value for name, value in changed.items() if value is not None}})


def _has_person(answer: JSON, contact: str, person: Mapping[str, str]) -> bool:
    rows = fields.records(answer, PERSONS) or []
    made = fields.with_id(fields.records(answer, "contacts"), contact) or {}
    return any(fields.text(row, "email") == person["email"] for row in [*rows, *(made.get(PERSONS) or ())])
