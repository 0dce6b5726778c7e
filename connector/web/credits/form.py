"""The form of a credit note: what is left of the invoice, what was typed, and the wish that this makes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from connector.core.credit import Remainder, Wish
from connector.core.document import InvoiceDocument
from connector.core.entries import Entry
from connector.core.money import ORE, ZERO, digits
from connector.core.store import wish_to_json
from connector.web.credits import figures
from connector.web.frame import format as written

SHIPPING, TOTAL = "shipping", "total"
"""Purposes of an entry: one is ticked, the other has an amount in place of a quantity."""
AMOUNT = "amount@"
"""Begins the name of the field for an amount at a VAT rate; the rate follows."""
LONGEST_TEXT = 250

Typed = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """A line of the invoice in the form. `before` and `left` are quantities, or of a total incl. VAT amounts;
    `left_amount` is what is left of it incl. VAT, `typed` what stands in its field."""

    entry: Entry
    name: str
    before: Decimal
    left: Decimal
    left_amount: Decimal
    typed: str = ""
    is_ticked: bool = False
    wanted: Decimal = ZERO
    error: str = ""

    @property
    def is_shipping(self) -> bool:
        return self.entry.purpose == SHIPPING

    @property
    def is_total(self) -> bool:
        return self.entry.purpose == TOTAL

    @property
    def is_full(self) -> bool:
        """Whether all that is left of it is credited."""
        return self.wanted == self.left

    @property
    def id(self) -> str:
        """Names its elements on the page."""
        return f"line-{self.entry.at}"

    @property
    def all(self) -> str:
        """What the field holds when all of it is credited."""
        return figures.shown_amount(self.left) if self.is_total else figures.shown(self.left)


@dataclass(frozen=True)
class Extra:
    """The field for an amount that belongs to no line, at one VAT rate. `left` is incl. VAT."""

    rate: Decimal
    name: str
    left: Decimal
    typed: str
    wanted: Decimal
    error: str

    @property
    def id(self) -> str:
        return f"extra-{digits(self.rate)}".replace(".", "-")


class CreditForm:
    """What is left of an invoice to credit, and what somebody wants of it.

    `typed` are the form's fields; none of them on a form that was only opened. The shipping is ticked when everything
    else is credited in full, and not for a part, as long as nobody ticked it otherwise.
    """

    def __init__(self, invoice: InvoiceDocument, remainder: Remainder, typed: Typed | None = None) -> None:
        self.invoice, self.remainder, self.typed = invoice, remainder, typed or {}
        goods = [entry for entry in remainder.choices if entry.purpose != SHIPPING]
        self.rows = [self._row(entry) for entry in goods]
        self.extras = [self._extra(rate) for rate in self._rates()]
        self.rows += [self._shipping(entry) for entry in remainder.choices if entry.purpose == SHIPPING]
        self.text = self.typed.get("text", "").replace("\0", "").strip()[:LONGEST_TEXT]

    # --- the fields -------------------------------------------------------------------------------------------------
    def _row(self, entry: Entry) -> Row:
        if entry.purpose == TOTAL:
            return self._total(entry)
        name, left = f"q{entry.at}", max(self.remainder.quantity(entry.at), Decimal(0))
        text = figures.shown(left) if self._wants_all(name) else self.typed.get(name, "")
        wanted = figures.typed(text)
        error = ""
        if wanted is None:
            error = _("Write the quantity as a number.")
        elif wanted > left:
            error = _("At most %(left)s can be credited.") % {"left": written.plain(left)}
        before = entry.quantity - left
        return Row(entry, name, before, left, self._left_amount(entry), text, wanted=wanted or ZERO, error=error)

    def _total(self, entry: Entry) -> Row:
        name, others = f"{AMOUNT}{digits(entry.rate)}", self._others_at(entry)
        left = max(self.remainder.gross_at(entry.rate) - others, ZERO)
        text = figures.shown_amount(left) if self._wants_all(name) else self.typed.get(name, "")
        wanted, error = self._amount(text, left)
        before = figures.with_vat_of(entry, entry.amount, self.invoice) - left
        return Row(entry, name, max(before, ZERO), left, left, text, wanted=wanted, error=error)

    def _extra(self, rate: Decimal) -> Extra:
        name, left = f"{AMOUNT}{digits(rate)}", self.remainder.gross_at(rate)
        text = self.typed.get(name, "")
        wanted, error = self._amount(text, left)
        return Extra(rate, name, left, text, wanted, error)

    def _amount(self, text: str, left: Decimal) -> tuple[Decimal, str]:
        wanted = figures.typed(text)
        if wanted is None or wanted % ORE:
            return ZERO, _("Write the amount as a number.")
        if wanted > left:
            most = written.money(left, self.invoice.currency)
            return wanted, _("At most %(left)s can be credited.") % {"left": most}
        return wanted, ""

    def _shipping(self, entry: Entry) -> Row:
        name, left = f"ship{entry.at}", max(self.remainder.quantity(entry.at), Decimal(0))
        was_full = self.typed.get("was_full") == "1"
        is_ticked = self.is_full if self.is_full != was_full else name in self.typed
        is_ticked = left > 0 and (is_ticked or self._wants_all(name))
        before = entry.quantity - left
        wanted = left if is_ticked else ZERO
        return Row(entry, name, before, left, self._left_amount(entry), "", is_ticked, wanted)

    def _wants_all(self, name: str) -> bool:
        """Whether the button says that all of it is credited."""
        return self.typed.get("act") in ("all", f"all-{name}")

    def _rates(self) -> list[Decimal]:
        """The VAT rates with an amount that can be credited without a line; a total has its field in its row."""
        totals = {row.entry.rate for row in self.rows if row.is_total}
        left = (rate for rate in self.remainder.by_rate if self.remainder.gross_at(rate) > 0)
        return [rate for rate in left if rate not in totals]

    def _left_amount(self, entry: Entry) -> Decimal:
        left = figures.with_vat_of(entry, self.remainder.amount(entry.at), self.invoice)
        return max(min(left, self.remainder.gross_at(entry.rate)), ZERO)

    def _others_at(self, entry: Entry) -> Decimal:
        """What is left at a total's rate of lines that are not the total."""
        others = [one for one in self.remainder.choices if one.rate == entry.rate and one.purpose != TOTAL]
        return sum((self._left_amount(one) for one in others), ZERO)

    # --- what it says -------------------------------------------------------------------------------------------------
    @property
    def goods(self) -> Sequence[Row]:
        """Everything but the shipping."""
        return [row for row in self.rows if not row.is_shipping]

    @property
    def shipping(self) -> Sequence[Row]:
        """The shipping, of which something is left."""
        return [row for row in self.rows if row.is_shipping]

    @property
    def is_full(self) -> bool:
        """Whether everything but the shipping is credited in full, and by this note alone."""
        goods = self.goods
        return any(row.left > 0 for row in goods) and all(row.is_full and not row.before for row in goods)

    @property
    def has_errors(self) -> bool:
        return any(self.errors)

    @property
    def errors(self) -> Iterator[tuple[str, str, str]]:
        """Id of the field, its label, and what is wrong."""
        for row in self.rows:
            if row.error:
                yield row.id, row.entry.first.description, row.error
        for extra in self.extras:
            if extra.error:
                yield extra.id, f"{_('Amount without an item')}, {written.rate(extra.rate)}", extra.error

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not any(row.wanted for row in self.rows) and not any(extra.wanted for extra in self.extras)

    @property
    def is_rest(self) -> bool:
        """Whether everything that is left is asked for."""
        lines = all(row.is_full for row in self.rows)
        return lines and not any(extra.wanted for extra in self.extras) and not self.is_empty

    @property
    def wish(self) -> Wish:
        """What is asked for."""
        if self.is_rest:
            return Wish(is_rest=True)
        quantities = {row.entry.at: row.wanted for row in self.rows if row.wanted and not row.is_total}
        amounts = {row.entry.rate: row.wanted for row in self.rows if row.wanted and row.is_total}
        amounts |= {extra.rate: extra.wanted for extra in self.extras if extra.wanted}
        return Wish(quantities, amounts)

    def fingerprint(self, total: Decimal) -> str:
        """Tells one wish that comes to `total` from another: what is saved must have been shown."""
        told = json.dumps([wish_to_json(self.wish), str(total)], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]
