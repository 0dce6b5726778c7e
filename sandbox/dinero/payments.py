"""Payments on booked invoices (fact sheet, section 5.1)."""

from __future__ import annotations

from sandbox.wire import Reply

from . import bodies, errors, finding, posting, signs, views
from .call import Call, Routes, reply
from .clock import danish_day
from .errors import Refusal, invalid
from .invoices import check_year
from .kinds import INVOICE, Kind
from .model import PAR, Invoice, Json
from .posting import oere
from .rules import Problems, decimals
from .seed import FEES


def create(call: Call, guid: str, *, kind: Kind = INVOICE) -> Reply:
    """Register a payment, on a credit note a refund; with RemainderIsFee what is missing is booked as a fee."""
    found = finding.booked(call, guid, kind)
    data = call.body(bodies.PAYMENT)
    finding.check_timestamp(call, found, data["Timestamp"])
    _check(call, found, data)
    day = data["PaymentDate"] or danish_day(call.now)
    check_year(call, day)
    foreign, sign = data["AmountInForeignCurrency"], signs.of_payments(call.switch, kind.is_credit)
    made = posting.pay(
        call.organization,
        found,
        call.now,
        account=data["DepositAccountNumber"],
        day=day,
        description=data["Description"],
        amount=sign * oere(data["Amount"] if foreign is None else foreign),
        amount_dkk=sign * oere(data["Amount"]),
        reference=data["ExternalReference"],
    )
    if data["RemainderIsFee"]:
        posting.write_off(call.organization, found, made, FEES)
    return call.created({"Guid": made.guid, "TimeStamp": found.timestamp, "RelatedVoucherGuid": made.voucher})


def _check(call: Call, found: Invoice, data: Json) -> None:
    problems = Problems()
    foreign = data["AmountInForeignCurrency"]
    for name, value in (("Amount", data["Amount"]), ("AmountInForeignCurrency", foreign)):
        if value is not None and not value:
            problems.note(name, "The amount must not be zero.")
        elif value is not None and decimals(value) > 2:
            problems.note(name, "The amount has too many decimals.")
    if found.is_credit and data["Amount"] * signs.of_payments(call.switch, True) < 0 and _takes_one_sign(call):
        problems.note("Amount", "The amount has the wrong sign.")
    is_foreign = found.data["Currency"] != "DKK"
    if is_foreign and foreign is None:
        problems.note("AmountInForeignCurrency", "The field is required on an invoice in a foreign currency.")
    elif foreign is not None and (not is_foreign or (foreign > 0) != (data["Amount"] > 0)):
        problems.note("AmountInForeignCurrency", "The amount does not fit the invoice's currency.")
    account = call.organization.books.deposit_accounts.get(data["DepositAccountNumber"])
    if account is None or (account.hidden and call.switch("hidden_account") == "refuse"):
        problems.note("DepositAccountNumber", "The deposit account does not exist.")
    if data["RemainderIsFee"] and found.rate != PAR:
        problems.note("RemainderIsFee", "The remainder of an invoice in a foreign currency cannot be a fee.")
    if problems:
        raise invalid(problems)


def _takes_one_sign(call: Call) -> bool:
    return str(call.switch("credit_payment")).endswith("_only")


def get(call: Call, guid: str, *, kind: Kind = INVOICE) -> Reply:
    """The payments of an invoice or a credit note; a draft has none."""
    return reply(views.payments(call, finding.invoice(call, guid, kind)))


def delete(call: Call, guid: str, payment: str, *, kind: Kind = INVOICE) -> Reply:
    """Take a payment back, with the fee that was booked with it."""
    found = finding.booked(call, guid, kind)
    sent = call.body(bodies.REQUIRED_TIMESTAMP)["Timestamp"]
    finding.check_timestamp(call, found, sent)
    known = next((one for one in found.payments if one.guid == payment and one.is_money), None)
    if known is None:
        raise Refusal(400, errors.NO_VOUCHER, "The payment does not exist.")
    found.payments = [one for one in found.payments if one.voucher != known.voucher]
    posting.touch(call.organization, found, call.now)
    return reply({"TimeStamp": found.timestamp})


ROUTES: Routes = {
    ("POST", "v1/invoices/{}/payments"): create,
    ("GET", "v1/invoices/{}/payments"): get,
    ("GET", "v2/invoices/{}/payments"): get,
    ("DELETE", "v1/invoices/{}/payments/{}"): delete,
}
