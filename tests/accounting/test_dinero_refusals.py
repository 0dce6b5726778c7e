"""Dinero's refusals: codes and properties, whatever shape the body has; and never a word of theirs in a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.providers.dinero import answers, fields, refusals
from connector.core.errors import NeedsSetup, Rejected, Stop

pytestmark = pytest.mark.contract

ABOUT = {
    "order": "10045",
    "date": "2027-01-02",
    "account": "55020",
    "customer": "5c0d",
    "buyer": "ida@example.dk",
    "currency": "EUR",
    "sales": "sales_domestic",
}
SENT = {"ProductLines": [{"AccountNumber": 1000}, {"AccountNumber": 1350}]}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "validationErrors", "errorMessageList", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def told(document: Any) -> tuple[str, dict[str, str]]:
    stop = refusals.reason(400, fields.read(json.dumps(document).encode()), ABOUT, SENT)
    facts = dict(stop.facts)
    assert facts.pop("order") == "10045"
    return stop.code, facts


@pytest.mark.parametrize(
    ("document", "code", "facts"),
    [
        ({"code": 47}, "year-missing", {"year": "2027", "date": "2027-01-02"}),
        ({"Code": 47}, "year-missing", {"year": "2027", "date": "2027-01-02"}),
        ({"code": 49}, "fact-missing", {"fact": "email"}),
        ({"code": 51}, "fact-missing", {"fact": "ean"}),
        ({"code": 60}, "fact-missing", {"fact": "vat_number"}),
        ({"code": None, "errorMessageList": [{"Code": "47"}]}, "year-missing", {"year": "2027", "date": "2027-01-02"}),
        ({"validationErrors": {"DepositAccountNumber": "…"}}, "account-closed", {"account": "55020"}),
        (
            {"code": 42, "validationErrors": {"ProductLines[1].AccountNumber": "…"}},
            "choice-gone",
            {"field": "sales_domestic", "name": "1350"},
        ),
        ({"validationErrors": {"accountNumber": "…"}}, "choice-gone", {"field": "sales_domestic", "name": "1000"}),
        ({"validationErrors": {"ContactGuid": "…"}}, "customer-gone", {"customer": "ida@example.dk"}),
        ({"validationErrors": {"invoice.Currency": "…"}}, "currency-missing", {"currency": "EUR"}),
        ({"validationErrors": {"EanNumber": "…"}}, "fact-missing", {"fact": "ean"}),
        ({"code": 42, "message": "Nej"}, "unexpected", {"status": "400", "detail": "400 42", "code": "42"}),
        ({}, "unexpected", {"status": "400", "detail": "400", "code": ""}),
        (
            {"validationErrors": {"Mystery field!": "secret words"}},
            "unexpected",
            {"status": "400", "detail": "400 mysteryfield", "code": ""},
        ),
    ],
)
def test_reason_of_a_refusal(document: Any, code: str, facts: dict[str, str]):
    assert told(document) == (code, facts)


@pytest.mark.parametrize(
    ("code", "reason"), [(48, "dinero-pro-missing"), (90, "dinero-pro-missing"), (41, "right-missing")]
)
def test_forbidden(code: int, reason: str):
    stop = refusals.forbidden({"code": code}, "Nordlys ApS", writes=True)
    assert isinstance(stop, NeedsSetup)
    assert stop.code == reason


@given(ANYTHING, st.sampled_from([400, 409, 413, 422]))
def test_no_body_is_too_odd(document: Any, status: int):
    stop = refusals.reason(status, fields.read(json.dumps(document).encode()), ABOUT, SENT)
    assert isinstance(stop, Stop)
    assert all(isinstance(value, str) for value in stop.facts.values())


@given(st.binary(max_size=200))
def test_no_bytes_are_too_odd(body: bytes):
    assert isinstance(refusals.reason(400, fields.read(body), {}, None), Rejected)


class TestAnswers:
    def test_names_are_read_without_their_case(self):
        row = fields.read(b'{"guid": "A1", "TimeStamp": "T", "Inner": [{"X": 1.5}]}')
        assert (fields.guid_of(row), fields.text(row, "timestamp"), str(row["inner"][0]["x"])) == ("a1", "T", "1.5")

    @pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": NaN}', b'{"half"', b"\xff"])
    def test_what_is_no_json_is_nothing(self, body: bytes):
        assert fields.read(body) is None

    @pytest.mark.parametrize(
        ("row", "number"),
        [
            ({"status": "Booked", "number": 1001}, "1001"),
            ({"status": "Overdue", "number": 1001}, "1001"),
            ({"status": "Draft", "number": 1002}, ""),
            ({"status": "Booked", "number": answers.NO_NUMBER}, ""),
            ({"status": None, "number": 7}, ""),
            ({"status": "Booked", "number": True}, ""),
        ],
    )
    def test_number_of_what_is_booked_alone(self, row: dict[str, Any], number: str):
        assert answers.invoice_number(row) == number

    @pytest.mark.parametrize("lacks", ["totalinclvat", "totalvat", "currency", "contactguid"])
    def test_figures_are_whole_or_none(self, lacks: str):
        row = fields.read(b'{"TotalInclVat": 249.0, "TotalVat": 49.8, "Currency": "DKK", "ContactGuid": "A"}')
        found = answers.figures(row)
        assert found is not None
        assert (str(found.gross), str(found.vat), found.customer) == ("249.00", "49.80", "a")
        assert answers.figures(row | {lacks: None}) is None

    def test_amounts_lose_what_a_double_adds(self):
        assert str(fields.amount(fields.read(b"249.00000000000003"))) == "249.00"
        assert fields.amount("249") is None
        assert fields.amount(True) is None

    @pytest.mark.parametrize(("status", "kept"), [("Paid", "0.00"), ("OverPaid", None), ("Booked", None)])
    def test_what_is_settled_says_so(self, status: str, kept: str | None):
        row = {"status": "Booked", "paymentstatus": status, "number": 1, "timestamp": "T"}
        assert answers.facts(row, "key").get("remainder") == kept
