"""Who a buyer is: the key by which their customer in the books is found again, and which of several it is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connector.core.document import Customer, CustomerKey
from connector.core.order import Party

LONGEST_KEY = 320
"""What a stored link can hold."""
CALLING = {"DK": "45", "NO": "47", "SE": "46", "FO": "298", "GL": "299", "DE": "49"}
"""Country → the number that its telephone numbers may begin with."""
VAT_PREFIX = {"GR": "EL"}
"""Countries whose VAT numbers begin with something else than the country's code."""
SHORTEST_NUMBER = 6


@dataclass(frozen=True)
class Match:
    """A customer of the books that may be the buyer. `number` is the provider's number of the customer."""

    number: str
    name: str = ""
    company_number: str = ""
    is_barred: bool = False


def identified(buyer: Party, *, by_name: bool) -> Customer | None:
    """The buyer as somebody who can be found again; None where nothing tells them from others.

    A company is its number, so that two that share a bookkeeper's address stay two; everybody else is their e-mail.
    `by_name`: who has none is known by name, postcode and phone together, if all three are there.
    """
    if buyer.company and (number := company_number(buyer.vat_number, buyer.country)):
        return Customer(f"company:{number}", buyer, by=CustomerKey.COMPANY)
    if buyer.email_key:
        return Customer(buyer.email_key, buyer)
    if by_name and (key := name_key(buyer.title, buyer.postcode, buyer.phone, buyer.country)):
        return Customer(key, buyer, by=CustomerKey.NAME)
    return None


def name_key(name: str, postcode: str, phone: str, country: str) -> str:
    """Name, postcode and phone without case, blanks and signs; empty unless all three say something."""
    parts = (" ".join(name.casefold().split()), _plain(postcode), phone_digits(phone, country))
    return f"name:{'|'.join(parts)}"[:LONGEST_KEY] if all(parts) else ""


def phone_digits(phone: str, country: str) -> str:
    """A telephone number's digits, without the country's own calling code."""
    digits = "".join(sign for sign in phone if sign.isdecimal())
    is_abroad = phone.strip(" (").startswith(("+", "00"))
    digits = digits.removeprefix("00")
    return digits.removeprefix(CALLING.get(country or "DK", "")) if is_abroad else digits


def company_number(text: str, country: str) -> str:
    """A CVR or VAT number without signs and without its country's letters; empty for what is no such number."""
    number = _plain(text).upper()
    for prefix in (VAT_PREFIX.get(country, country or "DK"), country):
        number = number.removeprefix(prefix) if prefix else number
    has_digits = sum(sign.isdecimal() for sign in number) >= SHORTEST_NUMBER
    return number if has_digits else ""


def fitting(customer: Customer, matches: Sequence[Match]) -> list[Match]:
    """Those of `matches` that can be the customer: none, the one, or several of which only a person can choose.

    A barred one cannot be invoiced and does not make the choice doubtful. A company is the customer with exactly its
    number; one with another number is somebody else, whatever their e-mail.
    """
    usable = [match for match in matches if not match.is_barred] or list(matches)
    if customer.by is not CustomerKey.COMPANY:
        return usable
    number = company_number(customer.party.vat_number, customer.party.country)
    theirs = {match.number: company_number(match.company_number, customer.party.country) for match in usable}
    exact = [match for match in usable if theirs[match.number] == number]
    return exact or [match for match in usable if not theirs[match.number]]


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
