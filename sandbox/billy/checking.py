"""What an invoice must be before it is stored or approved: the rules behind the table (fact sheet, section 6)."""

from __future__ import annotations

from .call import Call
from .errors import invalid
from .model import CREDIT_NOTE, INVOICE, Invoice, Json
from .posting import is_locked
from .shapes import DATE

ROOT, LINE = "invoice", "invoiceLine"
FREE = ("state", "contactMessage", "attContactPersonId", "sentState", "organizationId")
"""What can be changed when an invoice is approved."""


def kind(call: Call, data: Json) -> str:
    """The type of a new invoice, in our spelling. Raises Refusal."""
    named = data["type"] or INVOICE
    if named not in (INVOICE, call.switch("credit_type")):
        raise invalid(ROOT, type="The type does not exist.")
    return INVOICE if named == INVOICE else CREDIT_NOTE


def header(call: Call, data: Json) -> Json:
    """An invoice's own properties with the defaults of what was left out. Raises Refusal."""
    most = call.switch("order_no_length")
    if most and len(data["orderNo"] or "") > most:
        raise invalid(ROOT, orderNo=f"The length must be at most {most}.")
    if data["invoiceNo"] and data["invoiceNo"] in call.company.books.numbers:
        raise invalid(ROOT, invoiceNo="The number is taken.")
    mode, days = data["paymentTermsMode"], data["paymentTermsDays"]
    if mode is None and days is None:
        mode, days = call.company.terms
    _check_terms(call, data, mode, days)
    filled = data | {
        "paymentTermsMode": mode,
        "paymentTermsDays": days,
        "taxMode": data["taxMode"] or call.switch("default_tax_mode"),
        "currencyId": data["currencyId"] or "DKK",
    }
    _check_credited(call, filled)
    if call.switch("locked_draft") == "refuse" and is_locked(call.company, data["entryDate"]):
        raise invalid(ROOT, entryDate="The period is locked.")
    return filled


def _check_terms(call: Call, data: Json, mode: str | None, days: int | None) -> None:
    if days is not None and days < 0:
        raise invalid(ROOT, paymentTermsDays="The number must not be negative.")
    if mode is None:
        raise invalid(ROOT, paymentTermsMode="The number of days needs a mode.")
    if mode == DATE and data["dueDate"] is None:
        raise invalid(ROOT, dueDate="The attribute is required.")
    if mode != DATE and days is None and call.switch("terms_without_days") == "refuse":
        raise invalid(ROOT, paymentTermsDays="The attribute is required.")
    if data["exchangeRate"] is not None and data["exchangeRate"] <= 0:
        raise invalid(ROOT, exchangeRate="The rate must be above zero.")


def _check_credited(call: Call, data: Json) -> None:
    if data["creditedInvoiceId"] is None:
        return
    credited = call.company.books.invoices[data["creditedInvoiceId"]]
    same = all(data[name] == credited.data[name] for name in ("contactId", "currencyId"))
    if data["type"] != CREDIT_NOTE or credited.approved is None or not same:
        raise invalid(ROOT, creditedInvoiceId="The invoice cannot be credited by this.")


def credited(call: Call, data: Json) -> None:
    """Raises Refusal for a new credit note of an invoice that is paid, where that cannot be: Billy's own help has a
    note made for no invoice in particular then."""
    if data["creditedInvoiceId"] is None or call.switch("credit_of_paid") == "accept":
        return
    if call.company.books.invoices[data["creditedInvoiceId"]].balance() <= 0:
        raise invalid(ROOT, creditedInvoiceId="The invoice is paid.")


def lines(call: Call, rows: list[Json]) -> None:
    """Raises Refusal for a line that cannot be."""
    for row in rows:
        _check_product(call, row["productId"])
        sign = row["unitPrice"] * (1 if row["quantity"] is None else row["quantity"])
        if sign < 0 and call.switch("negative_lines") == "refuse":
            raise invalid(LINE, unitPrice="The amount must not be negative.")
        if (row["discountMode"] is None) != (row["discountValue"] is None):
            raise invalid(LINE, discountMode="Mode and value of a discount go together.")


def _check_product(call: Call, id_: str) -> None:
    tables = call.company.books.tables
    product = tables["products"].get(id_)
    if product is None:
        raise invalid(LINE, productId="There is no such product.")
    account = tables["accounts"].get(product["accountId"])
    if account is None:
        raise invalid(LINE, productId="The account of the product does not exist.")
    if call.switch("archived") == "refuse" and (product["isArchived"] or account["isArchived"]):
        raise invalid(LINE, productId="The product or its account is archived.")


def total(call: Call, found: Invoice) -> None:
    """Raises Refusal for an invoice of less than nothing."""
    if found.totals.gross < 0 and call.switch("negative_total") == "refuse":
        raise invalid(ROOT, lines="The total must not be negative.")


def approval(call: Call, found: Invoice) -> None:
    """Raises Refusal when a draft cannot be approved."""
    contact = call.company.books.tables["contacts"].get(found.data["contactId"])
    if contact is None or contact["isArchived"]:
        raise invalid(ROOT, contactId="The contact does not exist or is archived.")
    for line in found.lines:
        _check_product(call, line.data["productId"])
    if not found.totals.gross and call.switch("zero_total") == "refuse":
        raise invalid(ROOT, lines="The total must not be zero.")
    if is_locked(call.company, found.data["entryDate"]):
        raise invalid(ROOT, entryDate="The period is locked.")
    if found.data["invoiceNo"] in call.company.books.numbers:
        raise invalid(ROOT, invoiceNo="The number is taken.")


def approved(call: Call, found: Invoice, changes: Json) -> Json:
    """The changes that an approved invoice takes. Raises Refusal for others."""
    if changes.get("state") == "draft":
        raise invalid(ROOT, state="An approved invoice stays approved.")
    if changes.get("state") and call.switch("approve_again") == "refuse":
        raise invalid(ROOT, state="The invoice is approved.")
    frozen = {name for name, value in changes.items() if name not in FREE and value != found.data.get(name)}
    if frozen and call.switch("change_approved") == "refuse":
        raise invalid(ROOT, **dict.fromkeys(sorted(frozen), "The invoice is approved."))
    return {name: value for name, value in changes.items() if name in FREE}
