"""Error documents of every shape, as recorded, and the reasons they become."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from accounting.providers.economic import refusals
from accounting.providers.economic.payload import encode
from connector.core.errors import NeedsSetup, OutcomeUnknown, Rejected, Stop
from tests.accounting.contract import Stage
from tests.accounting.economic import World, a_document
from tests.accounting.wire import says

pytestmark = pytest.mark.contract

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "economic"
ABOUT = {"order": "10045", "date": "2026-09-01", "account": "5825", "journal": "4", "customer": "501"}
SENT = {
    "lines": [
        {"product": {"productNumber": "SKU-1"}, "description": "Kop"},
        {"product": {"productNumber": "SKU-2"}, "description": "Fad"},
    ]
}


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text())


def why(name: str, status: int = 400, sent: Any = SENT) -> Stop:
    return refusals.reason(status, sample(name), ABOUT, sent)


def test_every_coded_error_is_found_whatever_the_shape():
    found = {problem.code: problem for problem in refusals.problems(sample("validation"))}
    assert set(found) == {"E04042", "E07080", "E06000"}
    assert (found["E06000"].field, found["E06000"].line, found["E06000"].value) == ("product", 1, "SKU-2")
    assert [problem.code for problem in refusals.problems(sample("voucher"))] == ["E04041"]
    assert refusals.problems(sample("filter")) == []
    assert [problem.code for problem in refusals.problems(sample("schema_refusal"))] == ["E04300"]


@pytest.mark.parametrize(
    ("name", "code", "facts"),
    [
        ("validation", "product-missing", {"sku": "SKU-2", "name": "Fad"}),
        ("barred_product", "product-barred", {"sku": "SKU-1", "name": "Kop"}),
        ("validation_2019", "product-barred", {"sku": "SKU-1", "name": "Kop"}),
        ("voucher", "period-closed", {"period": "2026-09", "date": "2026-09-01", "open": ""}),
        ("account", "account-closed", {"account": "5825"}),
        ("layout", "choice-gone", {"field": "layout", "name": "19"}),
        ("currency", "currency-missing", {"currency": "SEK"}),
        ("open_year_closed", "period-closed", {"period": "2026-09", "date": "2026-09-01", "open": ""}),
        ("open_year_missing_top", "year-missing", {"year": "2026", "date": "2026-09-01"}),
        ("open_account", "account-closed", {"account": "5825"}),
        ("open_account_missing", "account-closed", {"account": "5825"}),
        ("open_customer", "customer-barred", {"customer": "501"}),
        ("open_journal", "choice-gone", {"field": "journal", "name": "4"}),
    ],
)
def test_known_code_has_its_reason(name: str, code: str, facts: dict[str, str]):
    stopped = why(name)
    assert type(stopped) is Rejected
    assert (stopped.code, dict(stopped.facts)) == (code, {"order": "10045", **facts})


def test_barred_product_is_named_by_the_answer_where_nothing_was_sent():
    assert why("barred_product", sent={"draftInvoice": {"draftInvoiceNumber": 1}}).facts["sku"] == "KOP-1"


def test_terms_that_are_gone():
    terms = {"errors": {"paymentTerms": sample("validation")["errors"]["paymentTerms"]}}
    stopped = refusals.reason(400, terms, ABOUT, None)
    assert (stopped.code, stopped.facts["field"], stopped.facts["name"]) == ("choice-gone", "terms", "99")


@pytest.mark.parametrize("name", ["payload_changed", "url_changed"])
def test_reused_key_is_an_unknown_outcome_that_wants_a_new_key(name: str):
    stopped = why(name)
    assert isinstance(stopped, refusals.KeyInUse)
    assert isinstance(stopped, OutcomeUnknown)
    assert stopped.facts["cached"] == "1"


@pytest.mark.parametrize(
    ("name", "status", "detail"),
    [
        ("filter", 400, "400"),
        ("not_found", 404, "404"),
        ("schema_refusal", 400, "400 E04300"),
    ],
)
def test_unknown_refusal_is_unexpected_and_tells_codes_only(name: str, status: int, detail: str):
    stopped = why(name, status)
    assert (stopped.code, stopped.facts["detail"], stopped.facts["status"]) == ("unexpected", detail, str(status))


def test_refusal_without_codes_names_the_properties():
    document = {"errors": {"recipient": {"name": {"errors": [{"errorMessage": "Ida Holm er for lang"}]}}}}
    assert refusals.reason(400, document, {}, None).facts["detail"] == "400 recipient"


@pytest.mark.parametrize("document", [None, [], "no", 7, {"errors": 1}, {"errors": [[{"errors": "x"}]]}])
def test_strange_documents_are_unexpected(document: Any):
    assert refusals.reason(400, document, {}, None).code == "unexpected"


class TestThroughTheClient:
    @pytest.fixture
    def stage(self) -> Stage:
        return World().stage()

    def refused(self, stage: Stage, status: int, body: bytes, host: str = "rest", **headers: str) -> Stop:
        call = stage.provider.draft_call(a_document(), "2")
        if host == "openapi":
            call = stage.call("payment")  # type: ignore[arg-type]
        stage.wire.next_write(says(status, body, **headers))
        with pytest.raises(Stop) as stopped:
            stage.provider.send(call, "key-1")
        return stopped.value

    @pytest.mark.parametrize("body", [b"", b"<html>", b'{"message": "Access denied"}', b'{"errorCode": "E02250"}'])
    def test_401_is_a_revoked_connection_whatever_the_body(self, stage: Stage, body: bytes):
        stopped = self.refused(stage, 401, body)
        assert (type(stopped), stopped.code) == (NeedsSetup, "connection-revoked")

    def test_403_is_the_plan_for_invoices_and_a_right_for_journals(self, stage: Stage):
        assert self.refused(stage, 403, b"").code == "plan-too-small"
        missing = self.refused(stage, 403, b"", "openapi")
        assert (missing.code, missing.facts["action"]) == ("right-missing", "journals")

    @pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 503])
    def test_replayed_failure_says_that_its_key_is_spent(self, stage: Stage, status: int):
        assert "cached" not in self.refused(stage, status, b"{}").facts
        assert self.refused(stage, status, b"{}", x_resultfromcache="true").facts["cached"] == "1"

    def test_numbers_of_an_answer_are_decimals(self, stage: Stage):
        body = (SAMPLES / "draft.json").read_bytes()
        stage.wire.next_write(says(201, body))
        receipt = stage.provider.send(stage.provider.draft_call(a_document(), "501"), "key-1")
        assert receipt.id == "424"
        assert (str(receipt.figures.gross), str(receipt.figures.vat)) == ("12.48", "2.50")

    @pytest.mark.parametrize("constant", [b"NaN", b"Infinity", b"-Infinity"])
    def test_no_number_is_not_json(self, stage: Stage, constant: bytes):
        body = b'{"draftInvoiceNumber": 1, "grossAmount": ' + constant + b"}"
        assert isinstance(self.refused(stage, 201, body), OutcomeUnknown)

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("DELETE", "/invoices/drafts"),
            ("DELETE", "/invoices/drafts/"),
            ("DELETE", "/invoices/drafts/0"),
            ("DELETE", "/invoices/drafts/1/lines"),
            ("DELETE", "/journalsapi/v15.0.0/draft-entries/delete/4"),
            ("POST", "/journalsapi/v15.0.0/journals/4/book"),
            ("POST", "/journalsapi/v15.0.0/journals/4/bookWithDateInterval"),
            ("POST", "/journals/4/vouchers"),
        ],
    )
    def test_some_addresses_are_never_written_to(self, method: str, path: str):
        world = World()
        with pytest.raises(ValueError, match="never sent"):
            world.connect().client.write("rest", method, path, encode({}), "key-1", {})
        assert world.wire.sent == []
