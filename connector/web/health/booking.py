"""Is something booked wrongly? The posting account, the VAT zones or sales accounts, and what the self-check found. In
the scope."""

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
from connector.web.setup.vat_lines import Line as Sale
from connector.web.setup.vat_way import VatWay
from connector.web.setup.warning import bank_warning

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
    if books.vat_way.settings(books.provider):
        yield _vat(subject, books.vat_way, vat.saved_lines(subject.door, books))


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
    if bank := bank_warning(books.choices, account):
        seems = _("Posting account %(account)s looks like a bank account")
        text = (_("Posting account %(account)s is a bank account") if bank.is_sure else seems) % {"account": label}
        return warning(text, change, more=_("The gateway keeps a fee, so the bank gets less than the customer paid."))
    return fine(_("Posting account %(account)s is open and not a bank account") % {"account": label})


def _vat(subject: Subject, way: VatWay, sales: Sequence[Sale]) -> Line:
    see = subject.link(str(way.see), "finance-vat")
    missing = sum(sale.is_missing for sale in sales)
    off = sum(bool(sale.off) for sale in sales if not sale.is_missing)
    if missing:
        return warning(_missing(way, missing), see)
    fitting = {"fit": len(sales) - off, "all": len(sales)}
    told = _("Sales accounts: %(fit)d of %(all)d fit") if way.by_account else _("VAT zones: %(fit)d of %(all)d fit")
    return (warning if off else fine)(told % fitting, see)


def _missing(way: VatWay, count: int) -> str:
    if way.by_account:
        return ngettext("%(n)d kind of sale has no account", "%(n)d kinds of sale have no account", count) % {
            "n": count
        }
    return ngettext("%(n)d kind of sale has no VAT zone", "%(n)d kinds of sale have no VAT zone", count) % {"n": count}
