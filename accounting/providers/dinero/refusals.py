"""What Dinero's refusals mean. Pure.

Texts come in Danish and change, so only codes and names of properties decide (fact sheet, section 8); nothing of an
answer's text goes into a reason. A body may also be empty or a page: then what the books hold has to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.core.errors import NeedsSetup, Rejected, Stop

JSON = dict[str, Any]

VALIDATION, YEAR, STALE, MISSING, NOT_FOUND, DELETED, DUPLICATE = 42, 47, 58, 63, 40, 65, 72
PRO = frozenset({48, 90})
"""An organisation without Pro: the older docs' code and the newer's (fact sheet, 1.3)."""
GONE = frozenset({NOT_FOUND, MISSING, DELETED})
AMOUNTS = frozenset({"baseamountvalue", "quantity"})
"""Properties of a line."""
FACTS = {49: "email", 51: "ean", 56: "ean", 57: "ean", 60: "vat_number"}
"""Codes about the buyer → the fact that is missing or not well-formed."""


@dataclass(frozen=True)
class Known:
    """A property (pattern) that a validation complains of, and the reason it stands for."""

    field: str
    reason: str


# Names of properties are ours, but how Dinero writes their paths nobody has documented: only the last part counts.
KNOWN: Sequence[Known] = (
    Known("depositaccountnumber", "account-closed"),
    Known("accountnumber", "choice-gone"),
    Known("contactguid", "customer-gone"),
    Known("currency", "currency-missing"),
    Known("eannumber", "fact-ean"),
    Known("vatnumber", "fact-vat_number"),
    Known("email", "fact-email"),
)


def code_of(document: Any) -> int | None:
    """The code of a refusal's body (names in small letters); None where it has none."""
    code = document.get("code") if isinstance(document, dict) else None
    if isinstance(code, int) and not isinstance(code, bool):
        return code
    listed = document.get("errormessagelist") if isinstance(document, dict) else None
    first = listed[0].get("code") if isinstance(listed, list) and listed and isinstance(listed[0], dict) else None
    return int(first) if isinstance(first, str) and first.isascii() and first.isdigit() else None


def reason(status: int, document: Any, about: Mapping[str, Any], sent: Any) -> Stop:
    """Why a call was refused with a 4xx other than 401, 403, 404, 429 and 480.

    `document` is the body as `answers.read` gives it, `sent` the request's JSON; `about` names the things meant.
    """
    code = code_of(document)
    if code == YEAR:
        day = str(about.get("date", ""))
        return Rejected("year-missing", **_order(about), year=day[:4], date=day)
    if code in FACTS:
        return Rejected("fact-missing", **_order(about), fact=FACTS[code])
    for path in _paths(document):
        for known in KNOWN:
            if known.field == _last(path):
                return _named(known.reason, path, about, sent)
    return unexpected(status, document, about)


def unexpected(status: int, document: Any, about: Mapping[str, Any]) -> Rejected:
    """A refusal that nothing explains: the codes and properties that it names."""
    code = code_of(document)
    named = [re.sub(r"[^\w.\[\]]", "", path)[:40] for path in list(_paths(document))[:5]]
    detail = " ".join([str(status), *([str(code)] if code is not None else []), *named])
    return Rejected("unexpected", **_order(about), status=str(status), detail=detail, code=str(code or ""))


def names_amounts(refusal: Rejected) -> bool:
    """Whether a refusal that nothing else explains names what the lines hold: their prices or quantities."""
    named = str(refusal.facts.get("detail", "")).split()
    return refusal.code == "unexpected" and any(_last(path) in AMOUNTS for path in named)


def _paths(document: Any) -> Iterator[str]:
    """The properties that a validation complains of."""
    errors = document.get("validationerrors") if isinstance(document, dict) else None
    yield from errors if isinstance(errors, dict) else ()


def _last(path: str) -> str:
    return path.rpartition(".")[2].partition("[")[0].lower()


def _named(code: str, path: str, about: Mapping[str, Any], sent: Any) -> Rejected:
    if code.startswith("fact-"):
        return Rejected("fact-missing", **_order(about), fact=code.removeprefix("fact-"))
    return Rejected(code, **_order(about), **facts_of(code, about, _account(path, sent)))


def facts_of(code: str, about: Mapping[str, Any], account: str = "") -> dict[str, str]:
    """What a reason names of a call: its account, contact or currency."""
    return {
        "account-closed": {"account": str(about.get("account", ""))},
        "choice-gone": {"field": str(about.get("sales", "")), "name": account},
        "customer-gone": {"customer": str(about.get("buyer") or about.get("customer", ""))},
        "currency-missing": {"currency": str(about.get("currency", ""))},
    }.get(code, {})


def _account(path: str, sent: Any) -> str:
    """The account of the line that the path leads to, from our own request."""
    lines = sent.get("ProductLines", []) if isinstance(sent, dict) else []
    found = re.search(r"\[(\d+)\]", path)
    line = int(found[1]) if found else 0
    return str(lines[line].get("AccountNumber", "")) if line < len(lines) else ""


def _order(about: Mapping[str, Any]) -> dict[str, str]:
    return {"order": str(about["order"])} if about.get("order") else {}


def forbidden(document: Any, company: str, *, writes: bool) -> NeedsSetup:
    """A 403, or a 404 where no single thing was asked for: no Pro, or an organisation or a right that the user lacks.
    `company` is the organisation's name."""
    if code_of(document) in PRO:
        return NeedsSetup("dinero-pro-missing", org=company)
    return NeedsSetup("right-missing", action="write" if writes else "read")
