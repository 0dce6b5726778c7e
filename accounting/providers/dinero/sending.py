"""Makes the calls. A refusal is believed only when the books do not show that the call was made already.

Dinero may refuse with an empty body (fact sheet, section 8), so what decides is what is there, not what was said. Every
write carries a Guid of ours or the newest Timestamp: the same one a second time changes nothing (sections 2 and 5.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from accounting.base import Call, Receipt, Write
from accounting.comparing import differing, differs
from accounting.providers.dinero import answers, fields, payload, refusals, signs
from accounting.providers.dinero.client import Client
from accounting.providers.dinero.explained import explained
from accounting.providers.dinero.lookup import CONTACTS, MOST_TURNS, Lookup, marked, place_of
from accounting.providers.dinero.refunding import Refund
from accounting.writing import encode
from connector.core.errors import OutcomeUnknown, Rejected, Stop, Temporary

JSON = dict[str, Any]

TRIES = 3
"""How often a Timestamp may be out of date by the time it arrives."""
CONFLICT = "409"
TAKEN = frozenset(str(code) for code in (refusals.VALIDATION, refusals.DELETED, refusals.DUPLICATE)) | {""}
"""Codes of a refusal that may mean that the Guid is used up; empty where the body says nothing."""


class Sender:
    """The only part that changes anything in the books."""

    def __init__(self, client: Client, lookup: Lookup) -> None:
        self.client, self.lookup = client, lookup
        self.timestamps: dict[str, str] = {}
        """Invoice or credit note → its Timestamp after our own last payment on it."""
        self._by_write: Mapping[Write, Callable[[Call], Receipt]] = {
            Write.CUSTOMER: self._contact,
            Write.ACCOUNT: self._account,
            Write.DRAFT: self._draft,
            Write.CORRECT: self._correction,
            Write.BOOK: self._booking,
            Write.PAYMENT: self._payment,
        }

    def send(self, call: Call) -> Receipt:
        """Make the call, or find that it was made."""
        return self._by_write[call.write](call)

    def _write(self, call: Call, body: bytes | None = None) -> JSON:
        answer = self.client.write(call.method, call.path, body or call.body, call.about)
        if not isinstance(answer, dict):
            raise OutcomeUnknown(detail="an answer of another kind")
        return answer

    # --- what has a Guid of ours ------------------------------------------------------------------------------------
    def _contact(self, call: Call) -> Receipt:
        return Receipt(self._created(call, CONTACTS), more={"name": call.about["title"]})

    def _draft(self, call: Call) -> Receipt:
        guid = self._created(call, place_of(call.about))
        try:
            return self._shown(guid, call.about)
        except Temporary:
            # It is there for certain; what it comes to is looked at later.
            return Receipt(guid, more={name: call.about[name] for name in ("key", "credit") if name in call.about})

    def _created(self, call: Call, place: str) -> str:
        """Make a thing under the first Guid of its name that nothing deleted holds; its Guid."""
        first = call.about["guid"]
        for turn in range(MOST_TURNS):
            guid = payload.guid(self.client.company, call.about["made_as"], turn)
            try:
                return self._named(self._content(call, payload.turned(call.body, first, guid)), guid)
            except Rejected as refusal:
                found = self.lookup.at(place, guid, call.about["key"])
                if found.row is not None:
                    return guid
                if not found.is_deleted and not self._was_deleted(place, guid, call, refusal):
                    raise self._not_created(call, refusal) from refusal
        raise Temporary("provider-down", detail="too many were deleted")

    def _content(self, call: Call, body: bytes) -> JSON:
        """Write a document's content: a credit note's lines below zero, where Dinero says that it does not take what
        they hold above. For no other reason: below zero they might debit what they are to credit."""
        try:
            return self._write(call, body)
        except Rejected as refusal:
            if not (call.about.get("credit") and refusals.names_amounts(refusal)):
                raise
            with suppress(Rejected):
                return self._write(call, signs.mirrored(body))
            raise

    def _was_deleted(self, place: str, guid: str, call: Call, refusal: Rejected) -> bool:
        """Whether a Guid is refused because something deleted holds it."""
        is_taken = refusal.facts.get("status") == CONFLICT or refusal.facts.get("code") in TAKEN
        return is_taken and self.lookup.was_deleted(place, guid, call.about["key"])

    def _named(self, answer: JSON, ours: str) -> str:
        """The Guid of what was made: an answer may have no body, but none has another Guid."""
        told = fields.guid_of(answer) or fields.guid_of(answer, "contactguid")
        if answer and told != ours:
            raise OutcomeUnknown(detail="an answer without the Guid")
        return ours

    def _not_created(self, call: Call, refusal: Rejected) -> Stop:
        if refusal.facts.get("status") == CONFLICT:
            # A duplicate of something that is not shown (yet): looked at again before anything is sent.
            return OutcomeUnknown(detail="a duplicate that is not there")
        return explained(self.lookup, call, refusal)

    def _shown(self, guid: str, about: Mapping[str, Any]) -> Receipt:
        """The document that was just written, as Dinero shows it."""
        row = self.lookup.document(guid, place_of(about))
        shown = self.lookup.receipt(row, about) if row else None
        if shown is None or shown.figures is None:
            raise OutcomeUnknown(detail="a document that is not shown")
        return shown

    # --- what carries a Timestamp -----------------------------------------------------------------------------------
    def _correction(self, call: Call) -> Receipt:
        """A draft that somebody changed meanwhile is theirs, unless it comes to what it should."""
        try:
            self._content(call, call.body)
        except Rejected as refusal:
            found = self._now(call)
            if found.final or not differing(call, found.figures):
                return found
            if found.more["timestamp"] == call.about["timestamp"]:
                raise explained(self.lookup, call, refusal) from refusal
            raise differs(call, found.figures) from refusal
        return self._written(lambda: self._shown(call.about["draft"], call.about))

    def _booking(self, call: Call) -> Receipt:
        """Book the draft as it was compared: with another Timestamp only while it comes to the same."""
        body, timestamp = call.body, call.about["timestamp"]
        for _ in range(TRIES):
            try:
                return self._booked(call, self._write(call, body))
            except Rejected as refusal:
                found = self._now(call)
                if found.final:
                    return found
                if found.more["timestamp"] == timestamp:
                    raise explained(self.lookup, call, refusal) from refusal
                if differing(call, found.figures):
                    raise differs(call, found.figures) from refusal
                timestamp = found.more["timestamp"]
                body = encode(payload.booking(timestamp))
        raise Temporary("provider-down", detail="the draft is being changed")

    def _now(self, call: Call) -> Receipt:
        """The call's document as it is now. Raises Rejected when it is gone."""
        row = self.lookup.document(call.about["draft"], place_of(call.about))
        if row is None:
            raise Rejected("draft-deleted", order=str(call.about["order"]))
        return self.lookup.receipt(row, call.about)

    def _booked(self, call: Call, answer: JSON) -> Receipt:
        """The booked document: the answer is the whole of it, or it is read."""
        is_told = answers.invoice_number(answer) and answers.figures(answer) and fields.text(answer, "timestamp")
        if not is_told:
            return self._final(self._written(lambda: self._shown(call.about["draft"], call.about)))
        return self._final(self._written(lambda: self.lookup.receipt(answer, call.about)))

    def _written(self, read: Callable[[], Receipt]) -> Receipt:
        """What was written, read back: where that fails, nothing may be said of the write but that it may stand."""
        try:
            return read()
        except (Temporary, Rejected) as error:
            raise OutcomeUnknown(detail=str(error.facts.get("detail", error.code))) from error

    def _final(self, found: Receipt) -> Receipt:
        if not found.final:
            raise OutcomeUnknown(detail="a draft that was booked")
        return found

    # --- payments ---------------------------------------------------------------------------------------------------
    def _payment(self, call: Call) -> Receipt:
        """Register the payment on the invoice as it is now, unless it is there, or nothing is open."""
        if call.about.get("credit"):
            return Refund(self.client, self.lookup, call).made()
        body, timestamp = call.body, call.about["timestamp"]
        for _ in range(TRIES):
            try:
                return self._paid(call, self._write(call, body))
            except Rejected as refusal:
                if there := self._settled(call):
                    return there
                newest = self.lookup.timestamp(call.about)
                if newest in ("", timestamp):
                    raise explained(self.lookup, call, refusal) from refusal
                body, timestamp = payload.stamped(body, timestamp, newest), newest
        raise Temporary("provider-down", detail="the invoice is being changed")

    def _paid(self, call: Call, answer: JSON) -> Receipt:
        self.timestamps.pop(call.about["invoice"], None)
        guid, timestamp = fields.guid_of(answer), fields.text(answer, "timestamp")
        if not guid:
            found = [] if answer else self.lookup.payments(call.about)
            if not found:
                raise OutcomeUnknown(detail="an answer without the payment")
            return found[0]
        if timestamp:
            self.timestamps[call.about["invoice"]] = timestamp
        return Receipt(guid, final=True)

    def _settled(self, call: Call) -> Receipt | None:
        """The payment, when it is there; or somebody else's, when nothing is open any more. Raises Rejected when a part
        was paid meanwhile: the whole on top would be too much."""
        told = self.lookup.paid(call.about)
        rows: list[JSON] = told["payments"] or []
        ours = marked(told, call.about)
        remaining = fields.amount(told.get("remainingamount"))
        if remaining is not None and remaining <= 0:
            ours = ours or rows[-1:]
        if ours:
            return Receipt(fields.guid_of(ours[0]), final=True)
        if remaining is not None and remaining < min(Decimal(part) for part in call.about["amounts"]):
            raise Rejected("settlement-stopped", order=str(call.about["order"]))
        return None

    # --- accounts ---------------------------------------------------------------------------------------------------
    def _account(self, call: Call) -> Receipt:
        try:
            self._write(call)
        except Rejected:
            if found := self.lookup.deposit_account(call.about["account"]):
                return found[0]
            raise
        return Receipt(call.about["account"], more={"name": call.about["title"]})
