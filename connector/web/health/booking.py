"""Is something booked wrongly? The posting account, the VAT zones, and what the self-check found. In the scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounting.base import Finding
from connector.sync import ahead
from connector.web.health.line import Line, fine, of_reason, unknown, warning
from connector.web.health.live import How
from connector.web.health.subject import Subject
from connector.web.setup import vat
from connector.web.setup.finance import Books
from connector.web.setup.vat_lines import Line as Zone
from connector.web.setup.warning import bank_warning
from connector.web.setup.zones import zone_settings

OF_THE_ACCOUNT = "account-closed"


def lines(subject: Subject) -> Iterator[Line]:
    """Everything about booking; one line where there are no settings yet."""
    books = subject.books
    if books is None or books.version is None:
        yield warning(_("The settings are not finished"), subject.link(_("Finish them"), "finance"))
        return
    found = _findings(subject, books)
    yield _account(subject, books, found)
    yield from (_finding(subject, each) for each in found if each.code != OF_THE_ACCOUNT)
    if zone_settings(books.provider):
        yield _zones(subject, vat.saved_lines(subject.door, books))


def _findings(subject: Subject, books: Books) -> Sequence[Finding]:
    """What the books said just now; where they did not answer, what they said last."""
    if subject.answer.how is How.ANSWERED:
        return subject.answer.findings
    return ahead.findings(books.connection, books.provider, books.saved)


def _finding(subject: Subject, finding: Finding) -> Line:
    return of_reason(subject.told(finding.code, **finding.facts))


def _account(subject: Subject, books: Books, found: Sequence[Finding]) -> Line:
    """The posting account: there, open, and not the bank."""
    values: Mapping[str, str] = books.saved
    change = subject.link(_("Choose another"), "finance", anchor="#payments")
    if values.get("settle") == "open":
        return fine(_("The invoices are left open, as you have chosen"))
    account = values.get("account", "")
    label = books.choices.labels("accounts").get(account, account)
    closed = next((each for each in found if each.code == OF_THE_ACCOUNT), None)
    if closed:
        return _finding(subject, closed)
    if not account:
        return warning(_("No posting account is chosen"), change)
    if account not in books.choices.labels("accounts"):
        return unknown(_("Could not check posting account %(account)s") % {"account": account})
    if bank_warning(books.choices, account):
        text = _("Posting account %(account)s looks like a bank account") % {"account": label}
        return warning(text, change, more=_("The gateway keeps a fee, so the bank gets less than the customer paid."))
    return fine(_("Posting account %(account)s is open and not a bank account") % {"account": label})


def _zones(subject: Subject, zones: Sequence[Zone]) -> Line:
    see = subject.link(_("See the VAT zones"), "finance-vat")
    missing = sum(zone.is_missing for zone in zones)
    off = sum(bool(zone.off) for zone in zones if not zone.is_missing)
    if missing:
        text = ngettext("%(n)d kind of sale has no VAT zone", "%(n)d kinds of sale have no VAT zone", missing)
        return warning(text % {"n": missing}, see)
    fitting = {"fit": len(zones) - off, "all": len(zones)}
    if off:
        return warning(_("VAT zones: %(fit)d of %(all)d fit") % fitting, see)
    return fine(_("VAT zones: %(fit)d of %(all)d fit") % fitting, see)
