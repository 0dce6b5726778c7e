"""What Billy's refusals mean. Pure.

Texts follow the language that is asked for, so only codes and names of attributes decide (fact sheet, section 3);
nothing of an answer's text goes into a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from connector.core.errors import NeedsSetup, Rejected, Stop

JSON = dict[str, Any]

NOT_FOUND = "RECORD_NOT_FOUND"
ORGANIZATION = "organizationId"
KNOWN: Mapping[str, str] = {
    "cashAccountId": "account-closed",
    "productId": "choice-gone",
    "contactId": "customer-gone",
    "currencyId": "currency-missing",
    "subjectCurrencyId": "currency-missing",
    "entryDate": "period-closed",
    "associations": "settlement-stopped",
    "subjectReference": "settlement-stopped",
    "cashSide": "settlement-stopped",
}
"""An attribute that is complained of → the reason it stands for."""
FACTS: Mapping[str, str] = {
    "email": "email",
    "ean": "ean",
    "registrationNo": "vat_number",
    "countryId": "country",
    "name": "name",
}
"""An attribute of the buyer → the fact that is missing or not well-formed."""


def code_of(document: Any) -> str:
    """The code of a refusal; empty where it has none."""
    code = document.get("errorCode") if isinstance(document, Mapping) else None
    return re.sub(r"[^A-Z_]", "", code)[:40] if isinstance(code, str) else ""


def attributes(document: Any) -> list[str]:
    """The attributes that a refusal complains of, whatever record they belong to."""
    return list(dict.fromkeys(re.sub(r"\W", "", name)[:40] for name in _attributes(document)))


def _attributes(document: Any) -> Iterator[str]:
    errors = document.get("validationErrors") if isinstance(document, Mapping) else None
    for problem in errors.values() if isinstance(errors, Mapping) else ():
        named = problem.get("attributes") if isinstance(problem, Mapping) else None
        yield from (str(name) for name in (named if isinstance(named, Mapping) else ()))


def reason(status: int, document: Any, about: Mapping[str, Any], *, writes: bool) -> Stop:
    """Why a call was refused with a 4xx other than 401 and 429. `about` names the things meant."""
    named = attributes(document)
    if status == 403:
        return NeedsSetup("right-missing", **_order(about), action="write" if writes else "read")
    for name in named:
        if name in KNOWN:
            return Rejected(KNOWN[name], **_order(about), **facts_of(KNOWN[name], about), attributes=" ".join(named))
        if name in FACTS and about.get("order"):
            return Rejected("fact-missing", **_order(about), fact=FACTS[name], attributes=" ".join(named))
    detail = " ".join(part for part in (str(status), code_of(document), *named[:5]) if part)
    return Rejected("unexpected", **_order(about), status=str(status), detail=detail, attributes=" ".join(named))


def complains_of(refusal: Stop, attribute: str) -> bool:
    """Whether a refusal names this attribute."""
    return attribute in refusal.facts.get("attributes", "").split()


def facts_of(code: str, about: Mapping[str, Any]) -> dict[str, str]:
    """What a reason names of a call: its account, product, contact, currency or day."""
    day = str(about.get("date", ""))
    return {
        "account-closed": {"account": str(about.get("account_name") or about.get("account", ""))},
        "choice-gone": {
            "field": str(about.get("sales", "")),
            "name": ", ".join((about.get("products") or {}).values()),
        },
        "customer-gone": {"customer": str(about.get("buyer") or about.get("customer", ""))},
        "currency-missing": {"currency": str(about.get("currency", ""))},
        "period-closed": {"period": day[:7], "date": day, "open": ""},
    }.get(code, {})


def _order(about: Mapping[str, Any]) -> dict[str, str]:
    return {"order": str(about["order"])} if about.get("order") else {}
