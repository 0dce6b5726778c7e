"""Refusals as Billy words them (fact sheet, section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

INVALID, BODY, NOT_FOUND, METHOD = "INVALID_RECORD", "INVALID_REQUEST_BODY", "RECORD_NOT_FOUND", "METHOD_NOT_ALLOWED"
NO_TOKEN, BAD_TOKEN, OTHER = "AUTHENTICATION_REQUIRED", "OAUTH_INVALID_ACCESS_TOKEN", "OTHER"
HELP = "https://www.billy.dk/api/"

DANISH = {
    "Invalid record": "Ugyldig post",
    "The request body is not an object with the record in it.": "Indholdet er ikke et objekt med posten i.",
    "You are not authenticated.": "Du er ikke logget ind.",
    "The access token is invalid.": "Adgangsnøglen er ugyldig.",
    "The method is not allowed.": "Metoden er ikke tilladt.",
    "Too many requests.": "For mange kald.",
    "The organization is locked.": "Virksomheden er låst.",
}
"""What `Accept-Language: da_DK` makes of a message; the others stay as they are."""


class Refusal(Exception):
    """An answer that is no success; `problems` is record root → attribute → what is wrong with it.

    `status` None stands for the status that refused records have here.
    """

    def __init__(
        self,
        status: int | None,
        code: str,
        message: str,
        problems: Mapping[str, Mapping[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.problems = {root: dict(attributes) for root, attributes in (problems or {}).items()}
        self.headers = dict(headers or {})

    def document(self, locale: str) -> dict[str, Any]:
        """The body without its `meta`."""
        text = DANISH.get(self.message, self.message) if locale == "da_DK" else self.message
        body: dict[str, Any] = {"errorMessage": text, "errorCode": self.code, "helpUrl": HELP}
        if self.problems:
            body["validationErrors"] = {
                root: {"message": text, "attributes": attributes} for root, attributes in self.problems.items()
            }
        return body


def invalid(root: str, **problems: str) -> Refusal:
    """A record that is refused for these attributes."""
    return Refusal(None, INVALID, "Invalid record", {root: problems})


def not_found(resource: str, identity: str) -> Refusal:
    """404: the text names the resource and the id."""
    return Refusal(404, NOT_FOUND, f"{resource} {identity} was not found.")


def method_not_allowed() -> Refusal:
    """405."""
    return Refusal(405, METHOD, "The method is not allowed.")
