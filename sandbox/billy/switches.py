"""Every point of Billy that a client must survive under more than one answer, as a named switch.

Section numbers are those of the Billy fact sheet. `values` lists the choices; a switch with `values` None takes any
whole number from 0.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.economic.switches import YES_NO, Switch

WORKS, IGNORED = "works", "ignored"
FILTERS: Mapping[str, Mapping[str, str]] = {
    "invoices": {
        **dict.fromkeys(
            ("contactId", "creditedInvoiceId", "state", "invoiceNo", "minEntryDate", "maxEntryDate"), WORKS
        ),
        **dict.fromkeys(("minApprovedTime", "maxApprovedTime", "minDueDate", "maxDueDate", "isPaid"), WORKS),
        **dict.fromkeys(("currencyId", "amount", "q"), WORKS),
        **dict.fromkeys(("orderNo", "type"), IGNORED),
    },
    "contacts": dict.fromkeys(("q", "contactNo", "type", "isCustomer"), WORKS),
    "contactPersons": {"contactId": WORKS, "email": IGNORED},
    "products": {**dict.fromkeys(("q", "productNo"), WORKS), "isArchived": IGNORED, "accountId": IGNORED},
    "accounts": {"accountNo": IGNORED, "natureId": IGNORED, "isPaymentEnabled": IGNORED},
    "invoiceLines": {"invoiceId": WORKS},
    "balanceModifiers": {"subjectReference": IGNORED},
}
"""Resource → list filter → whether it works unless a switch says otherwise (section 2)."""

SWITCHES: tuple[Switch, ...] = (
    # Access and limits: sections 1 and 9
    Switch("organization_id", ("either", "wanted", "refused"), "either", "1: organizationId in what is created"),
    Switch("rate_limit", None, 0, "9: calls a minute and company; 0 = no limit, as nothing is documented"),
    Switch("rate_model", ("bucket", "window"), "bucket", "9: refilled evenly, or never more than that in any 60 s"),
    Switch("retry_after", YES_NO, False, "9: whether a 429 carries Retry-After"),
    Switch("locked_status", (403, 422), 403, "10: writes of a company that is locked"),
    # Bodies and answers: sections 2 and 3
    Switch("validation_status", (422, 400), 422, "3: status of a record that is refused"),
    Switch("unknown_fields", ("refuse", "drop"), "refuse", "2: an attribute that does not exist"),
    Switch("readonly_fields", ("refuse", "drop"), "refuse", "2: an attribute that cannot be set"),
    Switch("put_answer", ("plural", "singular"), "plural", "2: root of the answer to PUT"),
    Switch("log_prefix", YES_NO, False, "3: log text in front of the JSON"),
    Switch("float_noise", YES_NO, False, "2: amounts as binary floats come out of a sum"),
    Switch("nonsense_filter", (404, 422), 404, "3: a state that does not exist, asked for in a list"),
    # Contacts and products: sections 4 and 5
    Switch("contact_persons", ("writable", "refuse", "drop"), "writable", "4: contactPersons inside a contact"),
    Switch("contact_q", ("name", "everything"), "everything", "2: whether q finds e-mail and contactNo, too"),
    Switch("contact_persons_list", ("by_contact", "all"), "by_contact", "2: contactPersons without contactId: 400"),
    # Invoices: section 6
    Switch("default_tax_mode", ("excl", "incl"), "excl", "6: taxMode of an invoice that is sent without"),
    Switch("vat_rounding", ("invoice", "rate", "line"), "invoice", "6.1: VAT rounded once, by rate, or on each line"),
    Switch("percent_scale", ("percent", "fraction"), "percent", "6: discountValue of 25 %: 25 or 0.25"),
    Switch("negative_lines", ("accept", "refuse"), "accept", "6.1: a line whose price or quantity is below zero"),
    Switch("negative_total", ("refuse", "accept"), "refuse", "6.1: an invoice of less than nothing"),
    Switch("zero_total", ("approve", "refuse"), "approve", "6: approving an invoice of nothing"),
    Switch("due_date", ("readonly", "settable"), "readonly", "6: dueDate with the terms `date`"),
    Switch("terms_without_days", ("no_due_date", "refuse"), "no_due_date", "6: paymentTermsMode without days"),
    Switch("credit_type", ("creditNote", "credit_note"), "creditNote", "6: what the type is called"),
    Switch("credit_settles", YES_NO, True, "6: whether approving a credit note sets it off against the original"),
    Switch("credit_of_paid", ("accept", "refuse"), "accept", "6: creditedInvoiceId of what nothing is open on"),
    Switch("credit_amount_sign", ("positive", "negative"), "positive", "6: amount, tax and lines of a credit note"),
    Switch("credit_balance_sign", ("positive", "negative"), "positive", "6: balance of a credit note"),
    Switch("order_no", ("kept", "refuse", "drop"), "kept", "6: orderNo is in the data and not in the table"),
    Switch("order_no_length", None, 64, "6: most characters of orderNo; 0 = no limit"),
    Switch("external_id", ("refuse", "kept", "drop"), "refuse", "6: externalId is a filter and not in the table"),
    Switch("sent_state", ("refuse", "kept"), "refuse", "8: setting sentState"),
    Switch("approve_again", ("accept", "refuse"), "accept", "6: state approved for what is approved"),
    Switch("change_approved", ("refuse", "drop"), "refuse", "6: changing what an approved invoice cannot change"),
    Switch("delete_approved", ("refuse", "pretend"), "refuse", "2: deleting it: refused, or 200 and nothing done"),
    Switch("archived", ("refuse", "accept"), "refuse", "5: a product or account that is archived, on a new invoice"),
    Switch("locked_draft", ("accept", "refuse"), "accept", "10: a draft dated in a locked period"),
    # Payments: section 7
    Switch("overpayment", ("contact", "refuse"), "contact", "7: what is paid too much"),
    Switch("refund", ("accept", "refuse"), "accept", "7: a payment out on a credit note"),
    Switch("pay_draft", ("refuse", "accept"), "refuse", "7: a payment on a draft, which approves nothing"),
    Switch("paid_lag_seconds", None, 0, "7: balance and isPaid do not show what is younger than this"),
    # Lists: section 2
    Switch("list_lag_seconds", None, 0, "a list omits what is younger than this; single GETs see it"),
    Switch("list_order", ("oldest", "newest"), "oldest", "2: order of a list that is not sorted"),
    *(
        Switch(f"filter_{resource}_{name}", (WORKS, IGNORED), usual, f"2: filter {name} of {resource}")
        for resource, filters in FILTERS.items()
        for name, usual in filters.items()
    ),
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
