"""Puts a refund on a booked credit note, once, whichever sign of an amount stands for one.

Which sign does is documented nowhere (fact sheet, section 6). So what is open on the note is read before and after: a
payment after which no less is open was the wrong way round, and is taken back before the other sign is tried. The
payment carries our mark and the newest Timestamp, which serves once (sections 2 and 5.1).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accounting.base import Call, Receipt
from accounting.providers.dinero import fields, payload, signs
from accounting.providers.dinero.client import Client
from accounting.providers.dinero.explained import explained
from accounting.providers.dinero.lookup import Lookup, is_settled, marked
from accounting.writing import encode
from connector.core.errors import OutcomeUnknown, Rejected, Temporary

JSON = dict[str, Any]

MOST_TURNS = 6
"""Both signs, each taken back, and two Timestamps that were out of date."""


class Refund:
    """One refund, by what its call's `about` says. What the books hold decides what is done next, so that it can be
    begun again at any point."""

    def __init__(self, client: Client, lookup: Lookup, call: Call) -> None:
        self.client, self.lookup, self.call = client, lookup, call
        self.about = call.about
        self.timestamp: str = call.about["timestamp"]
        self.tried: set[int] = set()
        self.refusal: Rejected | None = None
        self.has_written = False

    def made(self) -> Receipt:
        """The refund in the books. Raises Rejected (settlement-stopped) where less is open than is to be refunded, or
        no sign refunds anything."""
        try:
            return self._made()
        except Temporary as error:
            if self.has_written:
                raise OutcomeUnknown(detail=str(error.facts.get("detail", error.code))) from error
            raise

    def _made(self) -> Receipt:
        for _ in range(MOST_TURNS):
            told = self.lookup.paid(self.about)
            ours = marked(told, self.about)
            if ours and is_settled(told, self.about):
                return Receipt(fields.guid_of(ours[0]), final=True)
            if ours:
                self._take_back(fields.guid_of(ours[0]))
            elif there := self._by_somebody_else(told) or self._tried(told):
                return there
            # Read before the payments: what is paid after that makes it out of date.
            self.timestamp = self.lookup.timestamp(self.about)
        raise Temporary("provider-down", detail="the note is being changed")

    def _by_somebody_else(self, told: JSON) -> Receipt | None:
        """The last payment, when nothing is open any more. Raises Rejected when too little is."""
        still_open, rows = _open(told), told["payments"] or []
        if still_open >= min(Decimal(part) for part in self.about["amounts"]):
            return None
        if still_open or not rows:
            raise self._stopped()
        return Receipt(fields.guid_of(rows[-1]), final=True)

    def _tried(self, told: JSON) -> Receipt | None:
        """Send the next sign; the receipt when less is open than before."""
        sign = self._next_sign(told)
        try:
            answer = self._write("POST", "", signs.refunded(self.call.body, sign, self.timestamp))
        except Rejected as refusal:
            if self.lookup.timestamp(self.about) == self.timestamp:
                self.tried.add(sign)
                self.refusal = self.refusal or refusal
            return None
        self.tried.add(sign)
        after = self.lookup.paid(self.about)
        made = fields.guid_of(answer) or next((fields.guid_of(row) for row in marked(after, self.about)), "")
        return Receipt(made, final=True) if made and _open(after) < _open(told) else None

    def _next_sign(self, told: JSON) -> int:
        """The sign of what remains first: a payment of all that remains leaves nothing."""
        first = -1 if (fields.amount(told.get("remainingamount")) or 0) < 0 else 1
        for sign in (first, -first):
            if sign not in self.tried:
                return sign
        raise explained(self.lookup, self.call, self.refusal) if self.refusal else self._stopped()

    def _take_back(self, payment: str) -> None:
        """Delete our own payment. A note that was changed meanwhile is looked at again."""
        timestamp = self.lookup.timestamp(self.about)
        try:
            self._write("DELETE", f"/{payment}", encode(payload.booking(timestamp)))
        except Rejected as refusal:
            if self.lookup.timestamp(self.about) == timestamp:
                raise self._stopped() from refusal

    def _write(self, method: str, rest: str, body: bytes) -> JSON:
        answer = self.client.write(method, f"{self.call.path}{rest}", body, self.about)
        self.has_written = True
        if not isinstance(answer, dict):
            raise OutcomeUnknown(detail="an answer of another kind")
        return answer

    def _stopped(self) -> Rejected:
        return Rejected("settlement-stopped", order=str(self.about["order"]))


def _open(told: JSON) -> Decimal:
    still_open = signs.still_open(told)
    if still_open is None:
        raise Temporary("provider-down", detail="nothing told of what remains")
    return still_open
