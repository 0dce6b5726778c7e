"""Booking: final, numbered in order, inside an open year; and what can be done with what is booked."""

from __future__ import annotations

import pytest

from tests.sandbox.dinero.dinero_calls import World, invoice_body, line, payment_body

pytestmark = pytest.mark.tools

NO_NUMBER = 9223372036854775807


def stamp(made: dict[str, str]) -> dict[str, str]:
    return {"Timestamp": made["TimeStamp"]}


def test_booked_invoice_has_its_number_and_the_list_too(dinero):
    drafted = dinero.draft()
    assert dinero.rows("v1/invoices", fields="Number") == [{"Number": NO_NUMBER}]
    booked = dinero.post(f"v1/invoices/{drafted['Guid']}/book", stamp(drafted))
    assert (booked["Number"], booked["Status"], booked["PaymentStatus"]) == (1001, "Booked", "Booked")
    assert dinero.rows("v1/invoices", fields="Number,Status") == [{"Number": 1001, "Status": "Booked"}]
    assert dinero.get(f"v1/invoices/{drafted['Guid']}") == booked


def test_numbers_are_sequential_and_a_taken_one_is_refused(dinero):
    assert [dinero.booked()["Number"] for _ in range(2)] == [1001, 1002]
    drafted = dinero.draft()
    path = f"v1/invoices/{drafted['Guid']}/book"
    assert dinero.refused("POST", path, {**stamp(drafted), "Number": 1002})[1].keys() == {"Number"}
    assert dinero.post(path, {**stamp(drafted), "Number": 2000})["Number"] == 2000
    assert dinero.booked()["Number"] == 2001


def test_booking_needs_a_timestamp_and_a_contact(dinero):
    made = dinero.draft(ContactGuid=None)
    assert dinero.refused("POST", f"v1/invoices/{made['Guid']}/book", {})[1].keys() == {"Timestamp"}
    assert dinero.refused("POST", f"v1/invoices/{made['Guid']}/book", stamp(made))[1].keys() == {"ContactGuid"}
    with pytest.raises(ValueError, match="no contact"):
        dinero.organization.book_by_hand(made["Guid"])


def test_contact_or_account_that_went_meanwhile(dinero):
    made = dinero.draft()
    dinero.organization.delete_account(1000)
    assert dinero.refused("POST", f"v1/invoices/{made['Guid']}/book", stamp(made))[1].keys() == {"AccountNumber"}
    dinero.connect()
    made = dinero.draft()
    dinero.organization.delete_contact_by_hand(made["ContactGuid"])
    assert dinero.refused("POST", f"v1/invoices/{made['Guid']}/book", stamp(made))[0] == 65


def test_vat_code_changed_meanwhile_counts_at_booking(dinero):
    made = dinero.draft()
    dinero.organization.set_vat_code(1000, None)
    booked = dinero.post(f"v1/invoices/{made['Guid']}/book", stamp(made))
    assert (made["TotalVat"], booked["TotalVat"], booked["TotalInclVat"]) == (25, 0, 125)


@pytest.mark.parametrize("day", ["2024-12-31", "2027-01-01"])
def test_outside_the_years_is_code_47(dinero, day):
    made = dinero.draft(Date=day)
    assert dinero.refused("POST", f"v1/invoices/{made['Guid']}/book", stamp(made))[0] == 47


def test_closed_year_is_code_47_until_it_is_opened(dinero):
    made = dinero.draft()
    dinero.organization.close_year(2026)
    assert dinero.refused("POST", f"v1/invoices/{made['Guid']}/book", stamp(made))[0] == 47
    dinero.organization.close_year(2026, closed=False)
    assert dinero.post(f"v1/invoices/{made['Guid']}/book", stamp(made))["Number"] == 1001


def test_next_year_by_switch(dinero):
    dinero.switch("next_year", "create")
    assert dinero.booked(Date="2027-01-01")["Number"] == 1001
    assert [year["Name"] for year in dinero.get("v1/accountingyears")] == ["2025", "2026", "2027"]
    far = dinero.draft(Date="2029-01-01")
    assert dinero.refused("POST", f"v1/invoices/{far['Guid']}/book", stamp(far))[0] == 47


@pytest.mark.parametrize("status", [400, 409])
@pytest.mark.parametrize("code", [45, 42])
def test_booked_is_immutable(dinero, status, code):
    dinero.switch("booked_status", status)
    dinero.switch("booked_code", code)
    booked = dinero.booked()
    path = f"v1/invoices/{booked['Guid']}"
    assert dinero.refused("POST", f"{path}/book", stamp(booked), status)[0] == code
    assert dinero.refused("DELETE", path, stamp(booked), status)[0] == code
    body = invoice_body(Timestamp=booked["TimeStamp"])
    assert dinero.refused("PUT", f"v1.2/invoices/{booked['Guid']}", body, status)[0] == code
    assert dinero.get(path) == booked
    for act in (dinero.organization.book_by_hand, dinero.organization.delete_draft_by_hand):
        with pytest.raises(ValueError, match="no draft"):
            act(booked["Guid"])


@pytest.mark.parametrize(("order", "code"), [("timestamp", 58), ("state", 45)])
def test_repeated_booking_is_refused_one_way_or_the_other(dinero, order, code):
    dinero.switch("double_booking", order)
    made = dinero.draft()
    dinero.post(f"v1/invoices/{made['Guid']}/book", stamp(made))
    assert dinero.refused("POST", f"v1/invoices/{made['Guid']}/book", stamp(made))[0] == code
    assert dinero.organization.books.numbers == {1001}


@pytest.mark.parametrize("kind", ["book", "refuse"])
def test_zero_total_by_switch(dinero, kind):
    dinero.switch("zero_total", kind)
    made = dinero.draft(ProductLines=[line(0)])
    reply = dinero.call("POST", f"v1/invoices/{made['Guid']}/book", stamp(made))
    assert reply.status == (200 if kind == "book" else 400)


@pytest.mark.parametrize(("kind", "remaining"), [("deposit", 0), ("open", 125)])
def test_condition_paid_by_switch(dinero, kind, remaining):
    dinero.switch("paid_condition", kind)
    booked = dinero.booked(PaymentConditionType="Paid")
    told = dinero.get(f"v2/invoices/{booked['Guid']}/payments")
    assert (told["RemainingAmount"], len(told["Payments"])) == (remaining, int(not remaining))


def test_pdf_of_what_is_booked(dinero):
    made = dinero.draft()
    path = f"v1/invoices/{made['Guid']}"
    assert dinero.call("GET", path, accept="application/octet-stream").status == 400
    dinero.organization.book_by_hand(made["Guid"])
    reply = dinero.call("GET", path, accept="application/octet-stream")
    assert (reply.status, reply.body[:5]) == (200, b"%PDF-")


def mailed(dinero: World, made: dict[str, str], **changes: object) -> tuple[int, dict[str, str]]:
    body = {"ShouldAddTrustPilotEmailAsBcc": False, **changes}
    return dinero.refused("POST", f"v1/invoices/{made['Guid']}/email", body)


def test_mail_goes_to_the_contact_or_to_whom_is_named(dinero):
    booked = dinero.booked()
    path = f"v1/invoices/{booked['Guid']}/email"
    body = {"ShouldAddTrustPilotEmailAsBcc": False}
    assert dinero.post(path, body) == {"Recipients": [{"Email": "birgit@example.dk"}]}
    read = dinero.get(f"v1/invoices/{booked['Guid']}")
    assert (read["MailOutStatus"], read["LatestMailOutType"]) == ("Sent", "Email")
    named = dinero.post(path, body | {"Receiver": "a@example.dk, b@example.dk", "Message": "Se [link-to-pdf]"})
    assert named == {"Recipients": [{"Email": "a@example.dk"}, {"Email": "b@example.dk"}]}
    assert len(dinero.organization.mails) == 2


def test_mail_that_cannot_go(dinero):
    assert mailed(dinero, dinero.draft())[0] == 59
    booked = dinero.booked(ContactGuid=dinero.contact(Email=None))
    assert mailed(dinero, booked)[0] == 55
    assert mailed(dinero, booked, Receiver="nobody")[0] == 49
    assert mailed(dinero, booked, Receiver="a@example.dk", Message="Hej")[1].keys() == {"Message"}
    assert mailed(dinero, booked, Receiver="a@example.dk", Timestamp="0" * 16)[0] == 58
    assert dinero.organization.mails == []


def test_owner_books_and_pays(dinero):
    made = dinero.draft()
    number = dinero.organization.book_by_hand(made["Guid"])
    dinero.organization.pay_by_hand(number, amount=2_500)
    dinero.organization.pay_by_hand(made["Guid"])
    read = dinero.get(f"v1/invoices/{made['Guid']}")
    assert (read["Number"], read["PaymentStatus"]) == (1001, "Paid")
    assert dinero.refused("POST", f"v1/invoices/{made['Guid']}/payments", payment_body(made))[0] == 58
