"""Payments: vouchers on the legacy host, draft entries and booking on the newer one, matching, signs."""

from __future__ import annotations

import pytest

from tests.sandbox.economic.economic_calls import decoded, draft_body, payment_body

pytestmark = pytest.mark.tools

JOURNALS = "/api/journalsapi/v15.0.0"
ENTRIES = f"{JOURNALS}/draft-entries"
BOOK = f"{JOURNALS}/journals/4/bookdraftentries"


def remainder(economic, number=1001):
    return economic.get(f"/rest/invoices/booked/{number}")["remainder"]


def voucher(part="customerPayments", **changes):
    row = {
        "customer": {"customerNumber": 2},
        "contraAccount": {"accountNumber": 5825},
        "customerInvoice": 1001,
        "amount": -100.0,
        "date": "2026-09-01",
    }
    row = {name: value for name, value in (row | changes).items() if value is not None}
    return {"accountingYear": {"year": "2026"}, "entries": {part: [row]}}


def test_payment_settles_its_invoice_exactly_once(economic):
    economic.book()
    number = economic.pay(1001, -100.0)
    assert remainder(economic) == 0
    assert economic.call("GET", f"{ENTRIES}/{number}").status == 404
    assert economic.call("POST", BOOK, {"entryNumbers": [number]}).status == 404
    assert economic.agreement.books.master.accounts[5825].balance == 10_000
    assert economic.agreement.books.customers[2].balance == 0


def test_part_payments(economic):
    economic.book()
    economic.pay(1001, -30.0)
    assert remainder(economic) == 70
    economic.pay(1001, -80.0)
    assert remainder(economic) == 0
    assert economic.agreement.books.customers[2].balance == -1_000


@pytest.mark.parametrize(("sign", "amount"), [("negative", -100.0), ("positive", 100.0)])
def test_sign_of_a_received_payment(economic, sign, amount):
    economic.service.set_switch("payment_sign", sign)
    economic.book()
    economic.pay(1001, -amount)
    assert remainder(economic) == 100
    assert economic.agreement.books.customers[2].balance == 20_000
    economic.pay(1001, amount)
    assert remainder(economic) == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"customerNumber": 99}, "JournalEntryCustomerNotFound"),
        ({"customerNumber": None, "contraAccountNumber": None}, "JournalEntryCustomerAndAccountNotSet"),
        ({"contraAccountNumber": 99}, "JournalEntryContraAccountNotFound"),
        ({"contraAccountNumber": 1000}, "JournalEntryWrongContraAccountType"),
        ({"accountNumber": 99}, "JournalEntryAccountNotFound"),
        ({"currency": "XXX"}, "JournalEntryCurrencyNotFound"),
        ({"currency": None}, None),
        ({"exchangeRate": 99.0}, "JournalEntryExchangeRateMustBeOneHundredForBaseCurrency"),
        ({"entryTypeNumber": 9}, "JournalEntryTypeNotCorrect"),
        ({"entryTypeNumber": 4}, "JournalEntrySupplierNotFound"),
        ({"entryTypeNumber": 5, "contraAccountNumber": None}, "JournalEntryAccountAndContraAccountNotSet"),
        ({"voucherNumber": 7}, "JournalEntryVoucherNumberNotWithinBoundaries"),
        ({"text": "x" * 251}, "JournalEntryTextTooLong"),
        ({"customerInvoiceNumber": "F-1"}, "Customer_Invoice_Is_Not_Numeric"),
        ({"customerInvoiceNumber": "9999999999"}, "Customer_invoice_too_big"),
        ({"customerInvoiceNumber": 1001}, None),
        ({"journalNumber": 99}, "JournalDoesNotExist"),
        ({"date": "2031-01-01T00:00:00Z"}, "JournalEntryDateAccountingYearDoesNotExist"),
        ({"date": "2026-09-02"}, "InvalidInput"),
        ({"date": "2026-09-02T00:00:00"}, "InvalidInput"),
        ({"amount": -1.005}, "InvalidInput"),
        ({"amount": "-1.00"}, "InvalidInput"),
        ({"reference": "x"}, "InvalidInput"),
    ],
)
def test_entry_is_refused(economic, changes, code):
    body = payment_body(1001, -100.0) | changes
    leaves = economic.refused("POST", ENTRIES, body)
    assert len(leaves) == 1
    assert code is None or leaves[0]["errorCode"] == code
    assert not economic.agreement.books.draft_entries


def test_accounts_that_cannot_be_used(economic):
    accounts = economic.agreement.books.master.accounts
    accounts[5825].blocked = True
    (leaf,) = economic.refused("POST", ENTRIES, payment_body(1001, -1.0))
    assert leaf["errorCode"] == "JournalEntryContraAccountIsBlockedForDirectEntries"
    accounts[5825].barred = True
    (leaf,) = economic.refused("POST", ENTRIES, payment_body(1001, -1.0))
    assert leaf["errorCode"] == "JournalEntryContraAccountNotAccessible"


def test_year_closed_between_entry_and_booking(economic):
    economic.book()
    number = economic.post(ENTRIES, payment_body(1001, -100.0))["entryNumber"]
    economic.agreement.close_year(2026)
    (leaf,) = economic.refused("POST", BOOK, {"entryNumbers": [number]})
    assert leaf["errorCode"] == "JournalEntryDateAccountingYearClosed"
    economic.agreement.close_year(2026, closed=False)
    economic.agreement.bar_period("2026-09-02", "2026-09-02")
    (leaf,) = economic.refused("POST", BOOK, {"entryNumbers": [number]})
    assert leaf["errorCode"] == "JournalEntryDateAccountingYearPeriodBarred"
    assert remainder(economic) == 100


def test_codes_may_stand_at_the_top(economic):
    economic.service.set_switch("openapi_code_place", "top")
    answer = economic.call("POST", ENTRIES, payment_body(1001, -1.0, customerNumber=99))
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert (answer.json()["errorCode"], answer.json()["errors"]) == ("JournalEntryCustomerNotFound", [])


def test_lenient_newer_host(economic):
    economic.service.set_switch("bare_dates", True)
    economic.service.set_switch("unknown_properties", "ignore")
    economic.post(ENTRIES, payment_body(1001, -1.0, date="2026-09-02", reference="x"))


@pytest.mark.parametrize("status", [404, 400])
def test_one_missing_entry_books_none(economic, status):
    economic.service.set_switch("missing_entry", status)
    economic.book()
    number = economic.post(ENTRIES, payment_body(1001, -100.0))["entryNumber"]
    elsewhere = economic.post(ENTRIES, payment_body(1001, -1.0, journalNumber=1))["entryNumber"]
    for other in (99, elsewhere):
        assert economic.call("POST", BOOK, {"entryNumbers": [number, other]}).status == status
    assert remainder(economic) == 100


def test_book_takes_other_peoples_entries_and_bookdraftentries_does_not(economic):
    economic.book()
    own = economic.agreement.draft_entry_by_hand(4, 5_000)
    economic.pay(1001, -100.0)
    assert own in economic.agreement.books.draft_entries
    economic.post(f"{JOURNALS}/journals/4/book", {}, status=204)
    assert own not in economic.agreement.books.draft_entries
    assert economic.agreement.books.master.accounts[3600].balance == 5_000


def test_interval_books_only_its_days(economic):
    for day in ("01", "02", "03"):
        economic.post(ENTRIES, payment_body(1001, -1.0, date=f"2026-09-{day}T00:00:00Z"))
    days = {"fromDate": "2026-09-02T00:00:00Z", "toDate": "2026-09-03T00:00:00Z"}
    economic.post(f"{JOURNALS}/journals/4/bookWithDateInterval", days, status=204)
    assert [entry.day.day for entry in economic.agreement.books.draft_entries.values()] == [1]


def test_entry_without_another_side_cannot_be_booked(economic):
    number = economic.post(ENTRIES, payment_body(1001, -1.0, contraAccountNumber=None))["entryNumber"]
    (leaf,) = economic.refused("POST", BOOK, {"entryNumbers": [number]})
    assert leaf["errorCode"] == "JournalEntryAccountAndContraAccountNotSet"


def test_journals_own_contra_account_is_the_other_side(economic):
    economic.book()
    economic.pay(1001, -100.0, journalNumber=1, contraAccountNumber=None)
    assert economic.agreement.books.master.accounts[5820].balance == 10_000


def test_bulk_is_all_or_none(economic):
    good, bad = payment_body(1001, -1.0), payment_body(1001, -1.0, customerNumber=99)
    (leaf,) = economic.refused("POST", f"{ENTRIES}/bulk", {"entries": [good, bad]})
    assert leaf["property"] == "entries.1.customerNumber"
    assert not economic.agreement.books.draft_entries
    assert (
        economic.refused("POST", f"{ENTRIES}/bulk", {"entries": []})[0]["errorCode"] == "OneAPIEntriesListCannotBeEmpty"
    )
    many = {"entries": [good] * 501}
    assert economic.refused("POST", f"{ENTRIES}/bulk", many)[0]["errorCode"] == "OneAPITooManyEntries"


@pytest.mark.parametrize("status", [204, 200])
def test_delete_an_entry(economic, status):
    economic.service.set_switch("write_status", status)
    number = economic.post(ENTRIES, payment_body(1001, -1.0))["entryNumber"]
    assert economic.call("DELETE", f"{ENTRIES}/{number}").status == status
    assert economic.call("DELETE", f"{ENTRIES}/{number}").status == 404


def test_emptying_a_journal_takes_the_owners_entries(economic):
    economic.agreement.draft_entry_by_hand(4, 100)
    kept = economic.agreement.draft_entry_by_hand(1, 100)
    economic.call("DELETE", f"{ENTRIES}/delete/4")
    assert list(economic.agreement.books.draft_entries) == [kept]


def test_voucher_answers_an_array(economic):
    economic.book()
    reply = economic.call("POST", "/rest/journals/4/vouchers", voucher())
    (made,) = decoded(reply)
    assert (reply.status, made["voucherNumber"]) == (201, 40_000)
    assert reply.headers["location"] == made["self"] == "http://e/rest/journals/4/vouchers/2026-40000"
    assert remainder(economic) == 100
    number = economic.get("/rest/journals/4/entries")["collection"][0]["journalEntryNumber"]
    economic.post(BOOK, {"entryNumbers": [number]}, status=204)
    assert remainder(economic) == 0
    assert economic.call("GET", "/rest/journals/4/vouchers/2026-40000").status == 404


def test_voucher_errors_are_an_array(economic):
    economic.agreement.bar_period("2026-09-01", "2026-09-01")
    answer = economic.call("POST", "/rest/journals/4/vouchers", voucher()).json()
    (outer,) = answer["errors"]
    assert (outer["arrayIndex"], outer["entries"]["errors"]) == (0, [])
    (item,) = outer["entries"]["items"]
    (leaf,) = item["date"]["errors"]
    assert (item["arrayIndex"], leaf["errorCode"], leaf["errorMessage"]) == (0, "E04041", "Perioden er spærret.")
    assert leaf["inputValue"] == {"voucherAccountingYear": "2026", "entryDate": "2026-09-01"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (voucher(contraAccount={"accountNumber": 99}), "E07150"),
        (voucher(customer={"customerNumber": 99}), "E06000"),
        (voucher(customer=None, contraAccount=None), "E04042"),
        (voucher(amount=-1.005), "E04740"),
        (voucher("financeVouchers", customer=None, customerInvoice=None), "E04042"),
        (voucher("supplierPayments", customer=None, supplier={"supplierNumber": 1}), "E06000"),
        (voucher(date="2025-09-01"), None),
        ({"accountingYear": {"year": "1999"}, "entries": voucher()["entries"]}, "E06000"),
        ({"accountingYear": {"year": "2026"}, "entries": {}}, "E04042"),
    ],
)
def test_voucher_is_refused(economic, body, code):
    leaves = economic.refused("POST", "/rest/journals/4/vouchers", body)
    assert leaves[0].get("errorCode") == code
    assert not economic.agreement.books.draft_entries


def test_legacy_entry_can_be_deleted(economic):
    economic.post("/rest/journals/4/vouchers", voucher())
    assert economic.call("DELETE", "/rest/journals/1/entries/1").status == 404
    assert economic.call("DELETE", "/rest/journals/4/entries/1").status == 204
    assert economic.call("DELETE", "/rest/journals/4/entries/1").json()["errorCode"] == "E06000"


def test_journals_list_on_both_hosts(economic):
    assert [row["journalNumber"] for row in economic.get("/rest/journals")["collection"]] == [1, 4]
    assert [row["number"] for row in economic.get(f"{JOURNALS}/journals")["items"]] == [1, 4]


def test_barred_months_are_seen_on_the_newer_host(economic):
    economic.agreement.bar_period("2026-08-15", "2026-09-01")
    rows = economic.get("/api/accountingyearsapi/v2.0.1/accountingYears/periods", filter="year$eq:2026")["items"]
    assert [row["periodNumber"] for row in rows if row["isBarred"]] == [8, 9]


def balances(economic, account=5825):
    shown = economic.get(f"/rest/accounts/{account}")
    return shown["balance"], shown["draftBalance"]


@pytest.mark.parametrize(
    ("sign", "amount", "moved"), [("negative", -100.0, 100), ("positive", -100.0, -100), ("positive", 100.0, 100)]
)
def test_draft_balance_is_what_booking_the_journals_would_make(economic, sign, amount, moved):
    economic.service.set_switch("payment_sign", sign)
    economic.book()
    entry = economic.post(ENTRIES, payment_body(1001, amount))["entryNumber"]
    assert balances(economic) == (0, moved)
    economic.post(BOOK, {"entryNumbers": [entry]}, status=204)
    assert balances(economic) == (moved, moved)


def test_draft_balance_is_in_the_base_currency(economic):
    economic.post(ENTRIES, payment_body(1001, -100.0, currency="EUR"))
    assert balances(economic) == (0, 746)


def test_draft_balance_counts_the_journals_own_contra_account(economic):
    body = payment_body(1001, -100.0, journalNumber=1)
    del body["contraAccountNumber"]
    economic.post(ENTRIES, body)
    assert balances(economic, 5820) == (0, 100)


def test_draft_balance_that_does_not_count_the_journals(economic):
    economic.service.set_switch("draft_balance", "booked")
    economic.post(ENTRIES, payment_body(1001, -100.0))
    assert balances(economic) == (0, 0)
    assert economic.post("/rest/invoices/drafts", draft_body())["draftInvoiceNumber"] == 1
