"""Idempotency keys, the call budget, and failures inside the system."""

from __future__ import annotations

import pytest

from tests.sandbox.economic.economic_calls import World, customer_body, draft_body, payment_body

pytestmark = pytest.mark.tools

CUSTOMERS = "/rest/customers"
ENTRIES = "/api/journalsapi/v15.0.0/draft-entries"
SELF = "/rest/self"


def made(economic: World) -> int:
    return len(economic.agreement.books.customers) - 2


def test_repeated_write_gives_the_first_answer(economic):
    first = economic.call("POST", CUSTOMERS, customer_body(), key="k1")
    again = economic.call("POST", CUSTOMERS, customer_body(), key="k1")
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["location"] == first.headers["location"]
    assert "x-resultfromcache" not in first.headers
    assert again.headers["x-resultfromcache"] == "true"
    assert made(economic) == 1
    economic.call("POST", CUSTOMERS, customer_body(), key="k2")
    assert made(economic) == 2


def test_key_works_on_the_newer_host_and_on_delete(economic):
    for _ in range(2):
        assert economic.call("POST", ENTRIES, payment_body(1001, -1.0), key="e").json() == {"entryNumber": 1}
    assert len(economic.agreement.books.draft_entries) == 1
    economic.post("/rest/invoices/drafts", draft_body())
    economic.call("DELETE", "/rest/invoices/drafts/1", key="d")
    economic.post("/rest/invoices/drafts", draft_body())
    assert economic.call("DELETE", "/rest/invoices/drafts/1", key="d").headers["x-resultfromcache"] == "true"
    assert 1 in economic.agreement.books.drafts, "the new draft with the old number is not the one that was meant"


def test_key_is_refused_with_another_body_or_address(economic):
    economic.call("POST", CUSTOMERS, customer_body(), key="k")
    body = economic.call("POST", CUSTOMERS, customer_body(name="Other"), key="k")
    assert (body.status, body.json()["errorCode"]) == (400, "PayloadChanged")
    address = economic.call("POST", "/rest/invoices/drafts", customer_body(), key="k")
    assert (address.status, address.json()["errorCode"]) == (400, "URLChanged")
    newer = economic.call("POST", ENTRIES, customer_body(), key="k")
    assert (newer.status, newer.json()["errorCode"]) == (400, "URLChanged")
    assert made(economic) == 1


def test_key_is_forgotten_after_an_hour(economic):
    economic.call("POST", CUSTOMERS, customer_body(), key="k")
    economic.now += 3599
    economic.call("POST", CUSTOMERS, customer_body(), key="k")
    assert made(economic) == 1
    economic.now += 1
    assert "x-resultfromcache" not in economic.call("POST", CUSTOMERS, customer_body(), key="k").headers
    assert made(economic) == 2


def test_keys_belong_to_an_agreement(economic):
    economic.call("POST", CUSTOMERS, customer_body(), key="k")
    economic.connect()
    economic.call("POST", CUSTOMERS, customer_body(), key="k")
    assert made(economic) == 1


def test_get_takes_no_key(economic):
    economic.call("GET", SELF, key="k")
    assert "x-resultfromcache" not in economic.call("GET", SELF, key="k").headers


@pytest.mark.parametrize("kept", [False, True])
def test_refused_answer_is_kept_by_switch(economic, kept):
    economic.service.set_switch("cache_4xx", kept)
    body = draft_body(customer={"customerNumber": 3})
    assert economic.call("POST", "/rest/invoices/drafts", body, key="k").status == 400
    economic.post(CUSTOMERS, customer_body())
    again = economic.call("POST", "/rest/invoices/drafts", body, key="k")
    assert again.status == (400 if kept else 201)
    assert ("x-resultfromcache" in again.headers) == kept


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("kept", [False, True])
def test_failure_inside_is_kept_by_switch(economic, kept, after):
    economic.service.set_switch("cache_5xx", kept)
    economic.agreement.fail_inside("POST /rest/customers", after=after)
    assert economic.call("POST", CUSTOMERS, customer_body(), key="k").status == 500
    assert made(economic) == int(after)
    again = economic.call("POST", CUSTOMERS, customer_body(), key="k")
    assert (again.status, "x-resultfromcache" in again.headers) == ((500, True) if kept else (201, False))
    assert economic.call("POST", CUSTOMERS, customer_body(), key="fresh").status == 201


def test_failure_inside_strikes_only_what_it_names(economic):
    economic.agreement.fail_inside("/api/*", times=2, status=503)
    assert economic.call("GET", SELF).status == 200
    reply = economic.call("GET", ENTRIES)
    assert (reply.status, reply.json()["errorCode"]) == (503, "InternalServerError")
    assert economic.call("GET", ENTRIES).status == 503
    assert economic.call("GET", ENTRIES).status == 200


def test_key_may_have_a_longest_length(economic):
    assert economic.call("POST", CUSTOMERS, customer_body(), key="k" * 300).status == 201
    economic.service.set_switch("key_max_length", 36)
    assert economic.call("POST", CUSTOMERS, customer_body(), key="k" * 36).status == 201
    assert economic.call("POST", CUSTOMERS, customer_body(), key="k" * 37).status == 400


def test_budget_counts_up_on_both_hosts_and_on_refusals(economic):
    assert economic.call("GET", SELF).headers["x-ratelimiting"] == "token-limit-10000-per-60-seconds: 3/10000"
    newer = economic.call("GET", ENTRIES).headers
    assert (newer["x-callcost"], newer["x-ratelimiting"].split()[1]) == ("3", "6/10000")
    refused = economic.call("POST", CUSTOMERS, {})
    assert (refused.status, refused.headers["x-ratelimiting"].split()[1]) == (400, "9/10000")
    single = economic.call("GET", "/rest/customers/1").headers
    assert (single["x-callcost"], single["x-ratelimiting"].split()[1]) == ("1", "10/10000")


def test_budget_header_in_the_other_reading(economic):
    economic.service.set_switch("budget_size", 2000)
    economic.service.set_switch("budget_prefix", "limit")
    economic.service.set_switch("budget_counts", "left")
    economic.service.set_switch("call_cost", "letter")
    headers = economic.call("GET", SELF).headers
    assert headers["x-ratelimiting"] == "limit-2000-per-60-seconds: 1997/2000"
    assert headers["x-callcost"] == "L"
    economic.service.set_switch("budget_headers", False)
    assert "x-callcost" not in economic.call("GET", SELF).headers


@pytest.mark.parametrize("retry_after", [False, True])
def test_over_the_budget(economic, retry_after):
    economic.service.set_switch("budget_size", 7)
    economic.service.set_switch("retry_after", retry_after)
    economic.now += 20
    assert [economic.call("GET", SELF).status for _ in range(3)] == [200, 200, 429]
    reply = economic.call("POST", ENTRIES, payment_body(1, -1.0))
    assert (reply.status, reply.json()["errorCode"]) == (429, "TooManyRequests")
    assert reply.headers.get("retry-after") == ("40" if retry_after else None)
    assert not economic.agreement.books.draft_entries
    economic.now += 40
    assert economic.call("GET", SELF).status == 200


def test_bucket_fills_evenly(economic):
    economic.service.set_switch("budget_size", 60)
    economic.service.set_switch("budget_model", "bucket")
    while economic.call("GET", SELF).status == 200:
        pass
    economic.now += 2
    assert economic.call("GET", SELF).status == 429
    economic.now += 1
    assert economic.call("GET", SELF).status == 200


@pytest.mark.parametrize(("kind", "beginning"), [("json", b"{"), ("html", b"<html>"), ("empty", b"")])
def test_body_of_a_legacy_429(economic, kind, beginning):
    economic.service.set_switch("budget_size", 1)
    economic.service.set_switch("too_many_body", kind)
    reply = economic.call("GET", SELF)
    assert (reply.status, reply.body[: len(beginning) or None]) == (429, beginning)


def test_no_limit(economic):
    economic.service.set_switch("budget_size", 0)
    statuses = {economic.call("GET", "/rest/customers/1").status for _ in range(50)}
    assert statuses == {200}


def test_calls_are_counted_per_agreement(economic):
    for _ in range(3):
        economic.call("GET", SELF)
    assert economic.agreement.calls == 3
    assert economic.connect().calls == 0
