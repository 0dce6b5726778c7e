"""Invoices: draft, read, change, delete, book, mail (fact sheet, section 5); what credit notes share has a `kind`."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.economic.pdf import page as pdf_page
from sandbox.wire import Reply

from . import bodies, drafts, errors, finding, posting, views
from .call import Call, Routes, done, reply
from .contacts import MAIL_ADDRESS
from .errors import Refusal, invalid
from .kinds import INVOICE, Kind
from .model import AccountingYear, Contact, Invoice, Json

BINARY = "application/octet-stream"
PDF_LINK = "[link-to-pdf]"


def create(call: Call, *, kind: Kind = INVOICE) -> Reply:
    """A new draft under a Guid that may be the client's choice."""
    data = drafts.checked(call, call.body(kind.create), kind)
    books = call.organization.books
    guid = data.pop("Guid") or books.new_guid()
    known = books.invoices.get(guid)
    if known is not None:
        _check_reuse(call, known)
    made = drafts.priced(call, Invoice(guid, "", call.now, call.now, data=data, is_credit=kind.is_credit))
    made.timestamp = books.version()
    books.put_invoice(made)
    return call.created({"Guid": guid, "TimeStamp": made.timestamp})


def _check_reuse(call: Call, known: Invoice) -> None:
    reuse = call.switch("deleted_guid")
    if known.deleted is None or reuse == "refuse":
        raise Refusal(409, errors.DUPLICATE, "Duplicated entity.")
    if reuse == "deleted":
        raise errors.deleted("voucher")


def fetch(call: Call, *, kind: Kind = INVOICE) -> Reply:
    """What it would come to; nothing is stored."""
    data = drafts.checked(call, call.body(kind.create), kind)
    made = drafts.priced(call, Invoice("", "", call.now, call.now, data=data, is_credit=kind.is_credit))
    return reply(views.content(call, made) if kind.is_credit else views.preview(call, made))


def get(call: Call, guid: str) -> Reply:
    """One invoice: as JSON, or as a PDF when it is booked."""
    if BINARY in call.request.headers.get("accept", ""):
        return pdf(call, guid)
    return reply(views.invoice(call, shown(call, guid)))


def pdf(call: Call, guid: str, *, kind: Kind = INVOICE) -> Reply:
    """What is booked, on a page."""
    found = finding.booked(call, guid, kind)
    return Reply(200, pdf_page(f"{kind.title} {found.number}"), {"content-type": BINARY})


def shown(call: Call, guid: str, kind: Kind = INVOICE) -> Invoice:
    """What is there to be read, deleted ones by switch. Raises Refusal 400."""
    known = finding.known(call, guid, kind)
    if known is None or known.deleted is None or call.switch("get_deleted") == "refuse":
        return finding.invoice(call, guid, kind)
    if call.switch("get_deleted") == "missing":
        raise errors.no_voucher()
    return known


def replace(call: Call, guid: str, *, kind: Kind = INVOICE) -> Reply:
    """A draft with all its properties anew: what is not sent is gone."""
    found = finding.invoice(call, guid, kind)
    data = call.body(kind.update)
    finding.check_draft(call, found)
    finding.check_timestamp(call, found, data.pop("Timestamp"))
    if data.pop("Guid") not in (None, guid):
        raise invalid({"Guid": "The Guid of a voucher cannot be changed."})
    data = drafts.checked(call, data, kind)
    changed = Invoice(guid, "", found.created, call.now, data=data, mailed=found.mailed, is_credit=kind.is_credit)
    drafts.priced(call, changed).timestamp = call.organization.books.version()
    call.organization.books.put_invoice(changed)
    return reply({"Guid": guid, "TimeStamp": changed.timestamp})


def delete(call: Call, guid: str, *, kind: Kind = INVOICE) -> Reply:
    """Delete a draft; a Timestamp is looked at when one is sent."""
    found = finding.invoice(call, guid, kind)
    sent = call.body(bodies.TIMESTAMP, optional=True)["Timestamp"]
    finding.check_draft(call, found)
    finding.check_timestamp(call, found, sent)
    found.deleted = call.now
    posting.touch(call.organization, found, call.now)
    return done()


def book(call: Call, guid: str, *, kind: Kind = INVOICE) -> Reply:
    """Book a draft for good, under the next number unless the client names one."""
    found = finding.invoice(call, guid, kind)
    body = call.body(bodies.BOOK)
    if call.switch("double_booking") == "state":
        finding.check_draft(call, found)
    finding.check_timestamp(call, found, body["Timestamp"])
    finding.check_draft(call, found)
    _check_bookable(call, found)
    if body["Number"] in posting.taken_numbers(call.organization, found):
        raise invalid({"Number": "The number is taken."})
    posting.book(call.organization, found, body["Number"], call.now)
    return reply(views.invoice(call, found))


def _check_bookable(call: Call, found: Invoice) -> None:
    contact = call.organization.books.contacts.get(found.data["ContactGuid"] or "")
    if contact is None:
        raise invalid({"ContactGuid": "A contact is needed to book."})
    if contact.deleted is not None:
        raise errors.deleted("contact")
    missing = [row["AccountNumber"] for row in found.data["ProductLines"] if not _is_sellable(call, row)]
    if missing:
        raise invalid({"AccountNumber": f"The account does not exist: {missing[0]}"})
    if not found.totals.incl and call.switch("zero_total") == "refuse":
        raise invalid({"ProductLines": "The total must not be zero."})
    if found.is_credit and call.switch("credit_excess") == "refuse" and posting.exceeds(call.organization, found):
        raise invalid({"ProductLines": "The credit notes must not exceed the invoice."})
    check_year(call, found.data["Date"])


def _is_sellable(call: Call, row: Json) -> bool:
    return row["LineType"] == posting.TEXT or row["AccountNumber"] in call.organization.books.entry_accounts


def check_year(call: Call, day: date) -> None:
    """Raises Refusal 400 (code 47) when `day` lies in no open accounting year."""
    books = call.organization.books
    if call.switch("next_year") == "create" and books.years and books.year_of(day) is None:
        following = _year_after(books.years[-1])
        books.years += [following] if following.start <= day <= following.end else []
    year = books.year_of(day)
    if year is None or year.closed:
        raise Refusal(400, errors.YEAR, "There is no open accounting year for the date.")


def _year_after(last: AccountingYear) -> AccountingYear:
    year = last.end.year + 1
    return AccountingYear(str(year), last.end + timedelta(days=1), last.end.replace(year=year))


def mail(call: Call, guid: str) -> Reply:
    """Mail a booked invoice, to the contact unless somebody else is named."""
    found = finding.booked(call, guid)
    body = call.body(bodies.MAIL)
    finding.check_timestamp(call, found, body["Timestamp"])
    if body["Message"] is not None and PDF_LINK not in body["Message"]:
        raise invalid({"Message": f"The message must contain {PDF_LINK}."})
    contact = call.organization.books.contacts.get(found.data["ContactGuid"] or "")
    receivers = _receivers(body["Receiver"], contact)
    if not receivers:
        raise Refusal(400, errors.NO_RECEIVER, "The receiver's email is missing.")
    if not all(map(MAIL_ADDRESS.fullmatch, receivers)):
        raise Refusal(400, errors.EMAIL_REJECTED, "The email was rejected.")
    call.organization.mails.append({"invoice": guid, "receivers": receivers, "at": call.now})
    found.mailed = True
    posting.touch(call.organization, found, call.now)
    return reply({"Recipients": [{"Email": receiver} for receiver in receivers]})


def _receivers(named: str | None, contact: Contact | None) -> list[str]:
    known = contact.data["Email"] if contact else None
    return [part.strip() for part in (named or known or "").split(",") if part.strip()]


ROUTES: Routes = {
    ("POST", "v1/invoices"): create,
    ("POST", "v1/invoices/fetch"): fetch,
    ("GET", "v1/invoices/{}"): get,
    ("PUT", "v1.2/invoices/{}"): replace,
    ("DELETE", "v1/invoices/{}"): delete,
    ("POST", "v1/invoices/{}/book"): book,
    ("POST", "v1/invoices/{}/email"): mail,
}
