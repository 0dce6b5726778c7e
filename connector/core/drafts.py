"""A draft whose figures in the books are not those of its document."""

from __future__ import annotations

from collections.abc import Sequence

from connector.core.actions import Action, Call, Close, Discard, Learn
from connector.core.document import Difference, Figures, InvoiceDocument
from connector.core.facts import Facts, Step
from connector.core.readings import USUAL, explain
from connector.core.states import State


def differing(
    facts: Facts, document: InvoiceDocument, draft: Step, figures: Figures, differences: Sequence[Difference]
) -> Action:
    """What to do about a draft of which the books do not say what the document says: correct it, learn how they round,
    make it anew, or stop."""
    if (draft.under or USUAL.name) != document.rounding:
        return Call("correct")
    if facts.may_redo:
        return Discard()
    first = differences[0]
    what = {"fact": first.fact, "shop_value": first.shop_value, "books_value": first.books_value}
    rest = Close(State.NEEDS_YOU, reason="draft-differs", facts={"order": document.number, **what})
    if {difference.fact for difference in differences} <= {"gross", "vat"}:
        readings = explain(document.lines, figures.gross, figures.vat, among=facts.readings)
        return Learn(readings, otherwise=rest) if readings else rest
    return rest
