"""What e-conomic's refusals mean: error documents of every shape, walked for their codes, and the codes' reasons.

Texts come in the agreement's language, so only codes decide (fact sheet, section 6). Nothing of an answer's text
goes into a reason: codes and property names do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.core.errors import NeedsSetup, OutcomeUnknown, Rejected, Stop

JSON = dict[str, Any]
Path = tuple[str | int, ...]

ENVELOPES = frozenset({"E04300", "InvalidInput"})
"""Codes that only say "see inside" (6.2, 6.5)."""


class KeyInUse(OutcomeUnknown):
    """The idempotency key came before with other bytes or another address: that first call may have been made.

    Carries `cached`, as an answer from the cache does: look again, then use a new key.
    """


@dataclass(frozen=True)
class Problem:
    """One coded error: `path` leads to it through the document, `field` is the property it is about."""

    code: str
    field: str
    value: Any
    path: Path

    @property
    def line(self) -> int | None:
        """The position of the invoice line it is about."""
        after = self.path[self.path.index("lines") + 1 :] if "lines" in self.path else ()
        return next((step for step in after if isinstance(step, int)), None)


@dataclass(frozen=True)
class Known:
    """A code (pattern) about a property (pattern) and the reason it stands for; `source` as in the fact sheet."""

    code: str
    field: str
    reason: str
    source: str

    def fits(self, problem: Problem) -> bool:
        return bool(re.fullmatch(self.code, problem.code) and re.fullmatch(self.field, problem.field, re.IGNORECASE))


CHOSEN = "layout|paymentTerms|vatZone|customerGroup|productGroup|journal"
KNOWN: Sequence[Known] = (
    Known("E06600", ".*", "product-barred", "RACK"),
    Known("E06000", "product", "product-missing", "RESTDOCS19"),
    Known("E06000", "customer", "customer-gone", "RESTDOCS19"),
    Known("E06000", "currency", "currency-missing", "RESTDOCS19"),
    Known("E06000", CHOSEN, "choice-gone", "RESTDOCS19"),
    Known("E06000", "draftInvoice.*", "draft-deleted", "NET LIVE: a booked draft is gone"),
    Known("E07080", ".*", "choice-gone", "VIL LIVE"),
    # The account of a product's group, not one that was chosen, is meant on a line; that one is for us to look at.
    Known("E07150", "(?!product).*", "account-closed", "TW"),
    Known("E04041", ".*account", "account-closed", "RR: in places E04041 is an account missing or barred"),
    Known("E04041", ".*", "period-closed", "TW"),
    Known("Journal(EntryDate|Voucher)AccountingYearDoesNotExist", ".*", "year-missing", "OAS-Journals"),
    Known("Journal(EntryDate|Voucher)AccountingYear(Closed|PeriodBarred)", ".*", "period-closed", "OAS-Journals"),
    Known("JournalEntry(Contra)?Account(NotFound|NotAccessible)", ".*", "account-closed", "OAS-Journals"),
    Known("JournalEntry(Contra)?AccountIsBlockedForDirectEntries", ".*", "account-closed", "OAS-Journals"),
    Known("JournalEntryWrong(Contra)?AccountType", ".*", "account-closed", "OAS-Journals"),
    Known("JournalEntryCurrencyNotFound", ".*", "currency-missing", "OAS-Journals"),
    Known("JournalEntryCustomerNotAccessible", ".*", "customer-barred", "OAS-Journals"),
    Known("JournalEntryTypeNotCorrect", ".*", "choice-gone", "OAS-Journals: a journal kept for other entries"),
    Known("JournalDoesNotExist", ".*", "choice-gone", "OAS-Journals"),
    # Also where a closed period has no room for the difference between two rates: it is matched by hand then.
    Known("ENTRYMATCHING_ERROR_.*", ".*", "balance-open", "OAS-BookedEntries"),
)
"""Closed by default: a code that stands here neither is `unexpected`."""

FIELDS = {
    "layout": "layout",
    "paymentTerms": "terms",
    "vatZone": "zone",
    "customerGroup": "customer_group",
    "productGroup": "product_group",
}
"""Their property → the setting that chose its value."""


def problems(document: Any) -> list[Problem]:
    """Every coded error of an error document, the innermost first; envelopes only when nothing else is there."""
    found = sorted(_walk(document, ()), key=lambda problem: -len(problem.path))
    inner = [problem for problem in found if problem.code not in ENVELOPES]
    return inner or found


def _walk(node: Any, path: Path) -> Iterator[Problem]:
    """Generically: `errors` is an object, an array of objects or an array of texts, by endpoint and by age."""
    if isinstance(node, dict):
        index = node.get("arrayIndex")
        if isinstance(index, int):
            path = (*path, index)
        code = node.get("errorCode")
        if isinstance(code, str) and code:
            yield Problem(code, _field(node, path), node.get("inputValue", node.get("value")), path)
        for name, child in node.items():
            yield from _walk(child, (*path, str(name)))
    elif isinstance(node, list):
        for position, child in enumerate(node):
            # Rows that carry no arrayIndex of their own (2019) are counted.
            numbered = isinstance(child, dict) and not {"arrayIndex", "errorCode"} & child.keys()
            yield from _walk(child, (*path, position) if numbered else path)


def _field(node: Mapping[str, Any], path: Path) -> str:
    named = node.get("propertyName") or node.get("property")
    if isinstance(named, str):
        return named.rpartition(".")[2]
    names = [step for step in path if isinstance(step, str) and step not in ("errors", "items")]
    return names[-1] if names else ""


def reason(status: int, document: Any, about: Mapping[str, Any], sent: Any) -> Stop:
    """Why a call was refused with a 4xx other than 401, 403 and 429.

    `about` and `sent` (the request's JSON) name the things that the answer only counts.
    """
    found = problems(document)
    reused = next((problem.code for problem in found if problem.code in ("PayloadChanged", "URLChanged")), None)
    if reused:
        return KeyInUse(detail=reused, cached="1")
    for problem in found:
        for known in KNOWN:
            if known.fits(problem):
                return Rejected(known.reason, **_facts(known.reason, problem, about, sent))
    return Rejected("unexpected", **_order(about), status=str(status), detail=_detail(status, found, document))


def _facts(code: str, problem: Problem, about: Mapping[str, Any], sent: Any) -> dict[str, str]:
    day = str(about.get("date", ""))
    more: dict[str, dict[str, str]] = {
        "product-barred": _product(problem, sent),
        "product-missing": _product(problem, sent),
        "choice-gone": _choice(problem, about),
        "customer-barred": {"customer": str(about.get("customer", ""))},
        "customer-gone": {"customer": str(about.get("customer", ""))},
        "account-closed": {"account": _text(problem.value) or str(about.get("account", ""))},
        "period-closed": {"period": day[:7], "date": day, "open": ""},
        "year-missing": {"year": day[:4], "date": day},
        "currency-missing": {"currency": _text(problem.value) or str(about.get("currency", ""))},
        "balance-open": {"invoice": str(about.get("invoice_number", "")), "amount": str(about.get("amount", ""))},
    }
    return {**_order(about), **more.get(code, {})}


def _order(about: Mapping[str, Any]) -> dict[str, str]:
    return {"order": str(about["order"])} if about.get("order") else {}


def _product(problem: Problem, sent: Any) -> dict[str, str]:
    """Number and name from our own line where the answer says which; else from what it repeats."""
    lines = sent.get("lines", []) if isinstance(sent, dict) else []
    if problem.line is not None and problem.line < len(lines):
        line = lines[problem.line]
        return {"sku": line.get("product", {}).get("productNumber", ""), "name": line.get("description", "")}
    return {"sku": _text(problem.value), "name": ""}


def _choice(problem: Problem, about: Mapping[str, Any]) -> dict[str, str]:
    field = FIELDS.get(problem.field, "journal")
    return {"field": field, "name": str(about.get("journal", "")) if field == "journal" else _text(problem.value)}


def _text(value: Any) -> str:
    """A value that an answer repeats, when it is a plain one."""
    return str(value)[:50] if isinstance(value, str | int) else ""


def _detail(status: int, found: Sequence[Problem], document: Any) -> str:
    """Codes and properties; where no code is given the properties alone, which are ours and hold no text of theirs."""
    if found:
        return " ".join([str(status), *(f"{problem.code} {problem.field}".strip() for problem in found[:5])])
    errors = document.get("errors") if isinstance(document, dict) else None
    return " ".join([str(status), *(list(errors)[:5] if isinstance(errors, dict) else [])])


def forbidden(host: str, method: str) -> NeedsSetup:
    """A 403. Reading works on every plan, writing invoices on all but the smallest (fact sheet, 2.2); the journals
    of the newer host want a right of their own.
    """
    if host == "rest" and method != "GET":
        return NeedsSetup("plan-too-small", plan="Basis", plans="Plus, Smart, Komplet")
    return NeedsSetup("right-missing", action="read" if host == "rest" else "journals")
