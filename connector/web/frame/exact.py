"""Which reason of the catalogue says exactly what a code and its facts mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connector.core.rules import CREDITS
from connector.web.frame.catalogue import CATALOGUE, UNEXPECTED
from connector.web.frame.catalogue.reason import Reason

Facts = Mapping[str, Any]


def _sells(facts: Facts) -> bool:
    """Whether the setting that lacks is an account to sell on."""
    return str(facts.get("field", "")).startswith("sales_")


def _is_credit(facts: Facts) -> Any:
    """Whether it is said of a credit note."""
    return facts.get("credit")


TOLD_BY: Sequence[tuple[str, Callable[[Facts], Any], str]] = (
    ("balance-open", _is_credit, "credit-balance-open"),
    ("choice-missing", lambda facts: facts.get("field") == CREDITS, "credit-item-missing"),
    ("credit-above-remainder", _is_credit, "credit-no-longer-left"),
    ("draft-deleted", _is_credit, "credit-draft-deleted"),
    ("draft-differs", _is_credit, "credit-draft-differs"),
    ("order-changed", _is_credit, "credit-changed"),
    ("order-changed", lambda facts: facts.get("now") == "cancelled", "order-cancelled"),
    ("settlement-stopped", lambda facts: _is_credit(facts) and facts.get("sign"), "refund-sign-unclear"),
    ("settlement-stopped", _is_credit, "refund-stopped"),
    ("two-found", _is_credit, "credit-two-found"),
    ("unexpected", _is_credit, "credit-unexpected"),
    ("choice-missing", lambda facts: _sells(facts) and facts.get("country"), "sales-country-account-missing"),
    ("choice-missing", lambda facts: _sells(facts), "sales-account-missing"),
    ("customer-ambiguous", lambda facts: facts.get("buyer"), "customer-ambiguous-buyer"),
    ("fact-missing", lambda facts: facts.get("fact") == "email", "email-missing"),
    ("period-closed", lambda facts: facts.get("date") and not facts.get("open"), "period-closed-for-good"),
    ("settlement-stopped", lambda facts: facts.get("sign"), "settlement-sign-unclear"),
    ("total-off", lambda facts: facts.get("what") == "vat", "vat-off"),
    ("vat-mismatch", lambda facts: facts.get("item"), "vat-item-off"),
    ("vat-mismatch", lambda facts: facts.get("account"), "vat-account-off"),
    ("vat-mismatch", lambda facts: facts.get("country"), "vat-country-off"),
    ("vat-rate-missing", lambda facts: facts.get("field"), "vat-rate-not-chosen"),
    ("vat-zone-missing", lambda facts: facts.get("country"), "vat-country-zone-missing"),
)
"""Code, what its facts must say, and the reason that then says it more exactly."""


def exact(code: str, facts: Facts | None) -> Reason:
    """The code's reason, or the one that its facts tell more exactly."""
    given = facts or {}
    told = next((reason for known, is_so, reason in TOLD_BY if known == code and is_so(given)), code)
    return CATALOGUE.get(told, UNEXPECTED)
