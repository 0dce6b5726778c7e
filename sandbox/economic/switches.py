"""Every point a client must survive under more than one answer, as a named switch.

Section numbers are those of the e-conomic fact sheet; "19.n" is a row of its table of unverified
points. `values` lists the choices; a switch with `values` None takes any whole number from 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """One disputed point: its name, what it may be set to, what it is, and why it is disputed."""

    name: str
    values: tuple[object, ...] | None
    default: object
    meaning: str

    def accepts(self, value: object) -> bool:
        """Whether `value` is one of the choices."""
        if self.values is None:
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return any(value == choice and type(value) is type(choice) for choice in self.values)


YES_NO = (True, False)

SWITCHES: tuple[Switch, ...] = (
    # Rate limiting: section 5, 19.1, 19.2
    Switch("budget_size", None, 10_000, "19.1: tokens per 60 s and agreement (2000 or 10000 seen); 0 = no limit"),
    Switch("budget_prefix", ("token-limit", "limit"), "token-limit", "19.1: first word of X-RateLimiting"),
    Switch("budget_counts", ("used", "left"), "used", "19.1: whether the first number is tokens used or left"),
    Switch("budget_model", ("window", "bucket"), "window", "5: fixed window, or a bucket refilled evenly"),
    Switch("budget_headers", YES_NO, True, "5: whether the two headers are sent at all"),
    Switch("call_cost", ("number", "letter"), "number", "5: X-CallCost was once seen as the letter L"),
    Switch("retry_after", YES_NO, False, "19.2: whether a 429 carries Retry-After"),
    Switch("too_many_body", ("json", "html", "empty"), "json", "19.2: body of a legacy 429"),
    # Refusals: sections 2.5 and 6, 19.3
    Switch("unauthorized_body", ("json", "html", "empty"), "json", "19.3: body of a legacy 401"),
    Switch("forbidden_body", ("json", "html", "empty"), "json", "19.3: body of a legacy 403"),
    Switch("error_shape", ("2024", "2019"), "2024", "6.2: leaf keys errorMessage/inputValue, or message/value"),
    Switch("schema_leaf_code", ("absent", "E04300"), "absent", "6.3: leaf code of null, length and type refusals"),
    Switch("openapi_code_place", ("errors", "top"), "errors", "6.5: where a journal code sits in problem+json"),
    # Totals: section 14, 19.7
    Switch("rounding_level", ("total", "line"), "total", "19.7: VAT rounded on the sum per rate, or on each line"),
    Switch("rounding_mode", ("half-up", "half-even"), "half-up", "19.7: which way a half goes"),
    Switch(
        "booked_line_vat", ("rounded", "exact"), "rounded", "14: VAT on a booked line to the øre, or to four decimals"
    ),
    # Drafts and booking: sections 6.4 and 9, 19.5, 19.8 to 19.11
    Switch("paid_in_cash_settles", YES_NO, True, "19.5: remainder 0 right after booking on a paidInCash term"),
    Switch("paid_in_cash_contra", ("prepaid", "remainder"), "prepaid", "19.5: which property names its contra account"),
    Switch("send_by", ("2026", "2019"), "2026", "19.8: none/EAN/Email, or none/ean"),
    Switch("unknown_draft", (404, 400), 404, "19.9: booking a draft that is gone, booked already or never was"),
    Switch("closed_period", ("E04041", "plain"), "E04041", "19.9: booking in a closed year or barred period"),
    Switch("taken_number", ("validation", "plain"), "validation", "19.9: bookWithNumber already used (400 either way)"),
    Switch("barred_customer_at", ("booking", "draft"), "booking", "19.9: when a barred customer is refused"),
    Switch("barred_product_at", ("booking", "draft"), "booking", "19.10: when a barred product is refused (E06600)"),
    Switch("credit_note_series", ("shared", "own"), "shared", "19.11: number series of booked credit notes"),
    Switch("zero_total", ("book", "refuse"), "book", "19.11: booking a document whose total is zero"),
    Switch("order_number", YES_NO, True, "9.2: booked answers carry orderNumber, the draft's number"),
    Switch("delete_used_status", (409, 400), 409, "19.18: deleting a customer or product that documents use"),
    # Journals: sections 11.2, 11.3 and 15, 19.6
    Switch("payment_sign", ("negative", "positive"), "negative", "19.6: sign of a received customer payment"),
    Switch("draft_balance", ("journals", "booked"), "journals", "8.2: what an account's draftBalance counts"),
    Switch("payments_match", YES_NO, True, "10, 11: a booked payment with an invoice number settles that invoice"),
    Switch("unequal_match", ("partial", "refuse"), "partial", "10: matching entries of different amounts"),
    Switch("matched_again", ("refuse", "accept"), "refuse", "10: matching what is settled already: 400, or 204"),
    Switch("missing_entry", (404, 400), 404, "11.3: bookdraftentries with an entry that is not in the journal"),
    Switch("bare_dates", YES_NO, False, "15: OpenAPI accepts YYYY-MM-DD where its file says date-time"),
    Switch("unknown_properties", ("refuse", "ignore"), "refuse", "15: the file forbids them, customers ignored them"),
    Switch("write_status", (204, 200), 204, "15: OpenAPI DELETE is documented 204, 200 has been observed"),
    # Idempotency: section 7, 19.15
    Switch("cache_4xx", YES_NO, False, "19.15: a refused answer is kept under its key"),
    Switch("cache_5xx", YES_NO, False, "19.15: a failed answer is kept under its key"),
    Switch("key_max_length", None, 0, "19.15: longest Idempotency-Key; 0 = no limit"),
    # Lists: section 4, 19.19
    Switch("lists_with_lines", YES_NO, False, "19.19: drafts and booked lists carry lines"),
    Switch("stale_list_seconds", None, 0, "a list omits what is younger than this; single GETs see it"),
    Switch("false_booleans", ("shown", "omitted"), "shown", "4.4: documentation says false is left out of answers"),
)

BY_NAME: Mapping[str, Switch] = {switch.name: switch for switch in SWITCHES}


def defaults() -> dict[str, object]:
    """A fresh table of default values."""
    return {switch.name: switch.default for switch in SWITCHES}


def checked(name: str, value: object) -> object:
    """`value` if switch `name` accepts it. Raises KeyError for an unknown name, ValueError for the value."""
    switch = BY_NAME[name]
    if not switch.accepts(value):
        raise ValueError(f"{name} takes {switch.values or 'a whole number'}, not {value!r}")
    return value
