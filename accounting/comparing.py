"""Whether an invoice in the books still is what a call takes it for, by the figures in the call's `about`. Pure."""

from __future__ import annotations

from decimal import Decimal

from accounting.base import Call
from connector.core.document import Figures
from connector.core.errors import Rejected
from connector.core.money import plain


def differing(call: Call, found: Figures | None) -> list[tuple[str, str, str]]:
    """In what an invoice is not what the call takes it for: (fact, ours, theirs)."""
    about = call.about
    if found is None:
        return [("gross", str(about["gross"]), "")]
    facts = [
        ("gross", plain(Decimal(about["gross"])), plain(found.gross)),
        ("vat", plain(Decimal(about["vat"])), plain(found.vat)),
        ("currency", about["currency"], found.currency),
        ("customer", about["customer"], found.customer),
    ]
    return [(fact, ours, str(theirs)) for fact, ours, theirs in facts if ours != theirs]


def differs(call: Call, found: Figures | None) -> Rejected:
    """Why a draft that somebody changed is not made final: the first thing in which it differs."""
    fact, ours, theirs = differing(call, found)[0]
    return Rejected("draft-differs", order=str(call.about["order"]), fact=fact, shop_value=ours, books_value=theirs)
