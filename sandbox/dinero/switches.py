"""Every point of Dinero that a client must survive under more than one answer, as a named switch.

Section numbers are those of the Dinero fact sheet. `values` lists the choices; a switch with `values` None takes any
whole number from 0.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.economic.switches import YES_NO, Switch

SWITCHES: tuple[Switch, ...] = (
    # Access and limits: sections 1.3, 8 and 9
    Switch("foreign_organization", (403, 404), 403, "8: an organisation that the user cannot reach"),
    Switch("pro_code", (90, 48), 90, "1.3: error code of an organisation without Pro"),
    Switch("rate_limit", None, 100, "9: calls a minute and organisation; 0 = no limit"),
    Switch("rate_model", ("bucket", "window"), "bucket", "9: refilled evenly, or never more than that in any 60 s"),
    Switch("retry_after", YES_NO, False, "9: whether a 429 carries Retry-After"),
    # Bodies and refusals: sections 2 and 8
    Switch("error_body", ("json", "empty", "html"), "json", "8: the body of a refusal"),
    Switch("unknown_fields", ("refuse", "drop"), "refuse", "2: the file forbids them, others saw them dropped"),
    Switch(
        "create_answer",
        ("200", "201", "201_empty"),
        "200",
        "8: status and body of the answer of what creates",
    ),
    Switch("decimals", None, 2, "5: most decimals of BaseAmountValue and Quantity, at most 6"),
    Switch("blank_texts", ("null", "empty"), "null", "4: how a contact's text without value is shown"),
    Switch("contact_flags", ("required", "optional"), "required", "4: IsMember and UseCvr of a new contact"),
    # Keys and timestamps: sections 2 and 8
    Switch("stale_status", (400, 409), 400, "8: status of a Timestamp that is out of date (code 58)"),
    Switch(
        "deleted_guid",
        ("refuse", "deleted", "accept"),
        "refuse",
        "8: a new invoice with a deleted one's Guid: 409 (code 72), 400 (code 65), or taken",
    ),
    Switch(
        "get_deleted",
        ("refuse", "show", "missing"),
        "refuse",
        "8: reading what is deleted: code 65, shown with DeletedAt, or as if it had never been",
    ),
    Switch("double_booking", ("timestamp", "state"), "timestamp", "8: what is looked at first at a second booking"),
    Switch("booked_status", (400, 409), 400, "8: booking, changing or deleting what is booked"),
    Switch("booked_code", (45, 42), 45, "8: its error code"),
    # Lines, totals and booking: sections 5 and 10
    Switch("vat_rounding", ("total", "line"), "total", "10: VAT rounded on the sum per rate, or on each line"),
    Switch("line_base", ("net", "sent"), "net", "5: BaseAmountValue of a line that is read: without VAT, or as sent"),
    Switch("negative_lines", ("refuse", "accept"), "refuse", "5: a line whose price or quantity is below zero"),
    Switch("hidden_account", ("refuse", "accept"), "refuse", "7: selling or paying on a hidden account"),
    Switch("zero_total", ("book", "refuse"), "book", "5: booking an invoice whose total is zero"),
    Switch("next_year", ("refuse", "create"), "refuse", "7: booking into the year after the last one may create it"),
    Switch("paid_condition", ("deposit", "open"), "deposit", "5.1: what a booked invoice on the condition Paid owes"),
    # Credit notes: section 6
    Switch(
        "credit_signs",
        ("positive", "shown_negative", "owed_negative", "negative"),
        "positive",
        "6: amounts above zero; shown below it; only RemainingAmount below it; lines wanted and shown below it",
    ),
    Switch(
        "credit_payment",
        ("positive", "negative", "positive_only", "negative_only"),
        "positive",
        "6: the sign of a refund; the other one takes it back, or is refused (_only)",
    ),
    Switch(
        "credit_offset",
        ("row", "silent", "none"),
        "row",
        "6: what CreditNoteFor does to both balances at booking: a row among the payments, unseen, or nothing",
    ),
    Switch("credit_excess", ("refuse", "accept"), "refuse", "6: booking notes that exceed the invoice they are for"),
    Switch("credit_numbers", ("shared", "own"), "shared", "6: a note is numbered among the invoices, or by itself"),
    # Reading: sections 2, 4 and 5
    Switch("payment_fields", ("shown", "omitted"), "shown", "5: PaymentStatus and PaymentDate of a read invoice"),
    Switch("payment_currency", ("invoice", "dkk"), "invoice", "5.1: currency of the amounts in the list of payments"),
    Switch("contacts_v1", ("works", "401"), "works", "4: version 1 of the list of contacts"),
    Switch("list_lag_seconds", None, 0, "a list omits what is younger than this; single GETs see it"),
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
