"""Refusals as Dinero words them (fact sheet, section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOT_FOUND, UNAUTHORISED, VALIDATION, LIMIT, FORMAT, REQUEST, FILTER, YEAR = 40, 41, 42, 43, 44, 45, 46, 47
EMAIL_REJECTED, NO_RECEIVER, EAN_INVALID, STALE, NOT_BOOKED = 49, 55, 57, 58, 59
NO_VOUCHER, DELETED, DUPLICATE = 63, 65, 72


class Refusal(Exception):
    """An answer that is no success: an HTTP status, Dinero's error code and what was wrong, field by field."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        problems: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.problems = dict(problems or {})
        self.headers = dict(headers or {})

    def document(self) -> dict[str, Any]:
        """The body as APAQ, RB and SBX saw it."""
        return {
            "code": self.code,
            "message": self.message,
            "validationErrors": self.problems or None,
            "languageSpecificMessages": [{"property": name, "message": text} for name, text in self.problems.items()],
            "errorMessageList": [{"Code": str(self.code), "Message": self.message}],
        }


def invalid(problems: Mapping[str, str]) -> Refusal:
    """400 for fields that are wrong: name → what is wrong with it."""
    return Refusal(400, VALIDATION, "Validation failed.", problems)


def not_found(what: str = "Resource") -> Refusal:
    """404."""
    return Refusal(404, NOT_FOUND, f"{what} not found.")


def no_voucher() -> Refusal:
    """What stands for 404 at invoices (SBX)."""
    return Refusal(400, NO_VOUCHER, "The voucher does not exist.")


def deleted(what: str) -> Refusal:
    """The thing was deleted."""
    return Refusal(400, DELETED, f"The {what} is deleted.")
