"""What Billy's requests say, and how its answers are read. Pure."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounting.providers.billy import answers, fields, payload, vat
from connector.core.document import Customer
from connector.core.errors import NeedsSetup
from connector.core.order import Party
from tests.accounting.billy import a_document

pytestmark = pytest.mark.contract

BOLETTE = Party(name="Bolette", email="b@example.dk", address="Vej 1", postcode="8000", city="Aarhus", country="DK")


class TestInvoice:
    def test_prices_include_vat_whatever_the_company_is_used_to(self):
        draft = payload.draft(a_document(), "c1")
        assert (draft["taxMode"], draft["state"], draft["type"]) == ("incl", "draft", "invoice")
        assert [(line["unitPrice"], line["quantity"], line["description"]) for line in draft["lines"]] == [
            (Decimal("100.00"), Decimal(2), "Kop, blå"),
            (Decimal("49.00"), Decimal(1), "GLS"),
        ]

    def test_key_is_order_number_and_last_line_of_the_text(self):
        document = a_document(note="Tak for ordren")
        draft = payload.draft(document, "c1")
        assert draft["orderNo"] == document.key
        assert draft["contactMessage"].split("\n")[-1] == document.key
        assert "Tak for ordren" in draft["contactMessage"]

    def test_key_that_is_too_long_stands_in_the_text_alone(self):
        document = a_document(key=f"invoice:shoporama:7:{'1' * 60}")
        draft = payload.draft(document, "c1")
        assert draft["orderNo"] == document.number
        assert answers.is_under(draft, {"key": document.key})

    def test_text_is_cut_before_the_key(self):
        document = a_document(note="x" * 3000)
        assert payload.message(document).endswith(f"\n{document.key}")
        assert len(payload.message(document)) <= payload.MESSAGE

    def test_buyer_is_named_where_the_contact_stands_for_many(self):
        document = a_document(customer=Customer("", BOLETTE, collective="c9"))
        assert "Kunde: Bolette, Vej 1, 8000 Aarhus" in payload.message(document)
        assert "Kunde:" not in payload.message(a_document())

    @pytest.mark.parametrize("terms", ["date", "net"])
    def test_unknown_terms_are_no_choice(self, terms: str):
        document = a_document()
        with pytest.raises(NeedsSetup, match="choice-gone"):
            payload.draft(replace(document, choices={**document.choices, "terms": terms}), "c1")

    @pytest.mark.parametrize("other", ["invoice:shoporama:7:1", "", "Ordre 10045"])
    def test_another_key_is_not_ours(self, other: str):
        document = a_document()
        row = {"type": "invoice", "orderNo": other, "contactMessage": f"{document.key}9 x{document.key}"}
        assert not answers.is_under(row, {"key": document.key})

    @pytest.mark.parametrize("kind", ["creditNote", "credit_note", "recurring"])
    def test_what_is_no_invoice_is_none_of_ours_under_its_key(self, kind: str):
        document = a_document()
        assert not answers.is_under({"type": kind, "orderNo": document.key}, {"key": document.key})


class TestContact:
    def test_our_number_is_the_same_whatever_is_told_of_the_buyer(self):
        other = replace(BOLETTE, name="Bolette Holm", phone="1")
        numbers = {payload.contact_no(Customer("b@example.dk", party)) for party in (BOLETTE, other)}
        assert len(numbers) == 1
        assert payload.contact_no(Customer("c@example.dk", BOLETTE)) not in numbers

    def test_email_stands_on_the_person(self):
        contact = payload.contact(Customer("b@example.dk", BOLETTE), a_document())
        assert "email" not in contact
        assert contact["contactPersons"] == [{"name": "Bolette", "email": "b@example.dk", "isPrimary": True}]
        assert (contact["type"], contact["countryId"]) == ("person", "DK")

    def test_a_company_is_one(self):
        party = replace(BOLETTE, company="Nordlys ApS", vat_number="DK 12 34 56 78", contact="Bo")
        contact = payload.contact(Customer("company:12345678", party), a_document())
        assert (contact["type"], contact["name"], contact["registrationNo"]) == ("company", "Nordlys ApS", "12345678")
        assert contact["contactPersons"][0]["name"] == "Bo"


class TestAnswers:
    BODY = {"meta": {"success": True}, "invoices": [{"id": "1", "amount": 231.2, "tax": 57.800000000000004}]}

    @pytest.mark.parametrize("before", ["", "  \n", '[info] {x} {"a": 1}\n', "Warning: {{{{ in line 3\n"])
    def test_text_before_the_json_is_passed_over(self, before: str):
        read = fields.read(f"{before}{json.dumps(self.BODY)}".encode())
        [row] = fields.records(read, "invoices") or []
        assert (fields.amount(row["amount"]), fields.amount(row["tax"])) == (Decimal("231.20"), Decimal("57.80"))

    @pytest.mark.parametrize("body", [b"", b"<html>{}</html>", b'{"half": ', b"NaN", b'x {"a": 1}'])
    def test_what_is_no_json_is_nothing(self, body: bytes):
        assert fields.read(body) is None

    @pytest.mark.parametrize("told", [{"invoice": {"id": "1"}}, {"invoices": [{"id": "1"}]}])
    def test_plural_and_singular_are_one(self, told: Any):
        assert fields.records(told, "invoices") == [{"id": "1"}]

    @pytest.mark.parametrize("told", [{}, [], None, {"contacts": []}])
    def test_what_is_not_told_is_not_an_empty_answer(self, told: Any):
        assert fields.records(told, "invoices") is None


def rulesets(*rules: dict[str, Any]) -> vat.Rulesets:
    named = [{"id": "r", "fallbackTaxRateId": "none"}]
    rates = [{"id": "none", "rate": 0}, {"id": "full", "rate": Decimal("0.25")}, {"id": "fi", "rate": Decimal("0.255")}]
    groups = [{"id": "eu", "memberCountryIds": "DE,FI,SE"}]
    return vat.read(named, [{"rulesetId": "r", **rule} for rule in rules], rates, groups)


class TestVat:
    def test_first_rule_that_fits_decides(self):
        found = rulesets(
            {"countryGroupId": "eu", "contactType": "person", "taxRateId": "full", "priority": 2},
            {"countryId": "FI", "contactType": "person", "taxRateId": "fi", "priority": 1},
        )
        asked = [("FI", "person"), ("DE", "person"), ("DE", "company"), ("US", "person")]
        assert [found.rate("r", *contact) for contact in asked] == [Decimal("25.5"), Decimal(25), 0, 0]

    def test_one_rate_for_all_has_no_situation(self):
        assert rulesets().by_situation("r") == {"": "0"}

    def test_situations_that_are_not_of_one_rate_are_left_out(self):
        told = rulesets({"countryId": "DK", "taxRateId": "full"}, {"countryId": "NO", "taxRateId": "fi"}).by_situation(
            "r"
        )
        assert (told["domestic"], told["eu_business"], told["eu_consumer@FI"]) == ("25", "0", "0")
        assert "abroad" not in told

    def test_rate_that_nobody_knows_is_none(self):
        assert rulesets({"countryId": "DK", "taxRateId": "gone"}).rate("r", "DK", "person") is None
        assert rulesets().rate("other", "DK", "person") is None

    @pytest.mark.parametrize("listed", ["DE,FI", "DE, FI", ["DE", "FI"]])
    def test_members_of_a_group_in_any_form(self, listed: Any):
        assert vat.members({"memberCountryIds": listed}) == {"DE", "FI"}
        assert vat.members({}) == frozenset()
