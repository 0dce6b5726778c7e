"""Customers and products: create, look up, replace, delete."""

from __future__ import annotations

import pytest

from tests.sandbox.economic.economic_calls import World, customer_body, decoded, draft_body, line, product_body

pytestmark = pytest.mark.tools


def emails(economic: World, text: str) -> list[int]:
    return [row["customerNumber"] for row in economic.get("/rest/customers", filter=text)["collection"]]


def test_number_is_assigned_or_taken(economic):
    assigned = economic.call("POST", "/rest/customers", customer_body())
    assert assigned.headers["location"] == "http://e/rest/customers/3"
    assert decoded(assigned)["self"] == "http://e/rest/customers/3"
    assert economic.post("/rest/customers", customer_body(customerNumber=900))["customerNumber"] == 900
    assert economic.post("/rest/customers", customer_body())["customerNumber"] == 901
    economic.refused("POST", "/rest/customers", customer_body(customerNumber=900))


def test_email_is_found_in_any_letter_case_and_several_may_share_it(economic):
    economic.post("/rest/customers", customer_body(email="K+1@Example.dk"))
    economic.post("/rest/customers", customer_body(email="k+1@example.DK"))
    assert emails(economic, "email$eq:k+1@example.dk") == [3, 4]
    assert emails(economic, "email$eq:birgit.holm@EXAMPLE.dk") == [2]
    assert emails(economic, "email$like:example.dk$and:customerNumber$gt:2") == [3, 4]
    assert emails(economic, "email$eq:$null:") == [1]


def test_index_follows_replace_and_delete(economic):
    number = economic.post("/rest/customers", customer_body(email="old@example.dk"))["customerNumber"]
    economic.call("PUT", f"/rest/customers/{number}", customer_body(email="new@example.dk"))
    assert emails(economic, "email$eq:old@example.dk") == []
    assert emails(economic, "email$eq:new@example.dk") == [number]
    economic.call("DELETE", f"/rest/customers/{number}")
    assert emails(economic, "email$eq:new@example.dk") == []


def test_unknown_and_read_only_properties_are_ignored(economic):
    made = economic.post("/rest/customers", customer_body(zipCode="8000", balance=500.0, nonsense={"a": 1}))
    assert "zipCode" not in made
    assert "zip" not in made
    assert made["balance"] == 0


def test_put_replaces_everything(economic):
    before = economic.get("/rest/customers/2")
    assert before["city"] == "Aarhus C"
    economic.agreement.bar_customer(2)
    reply = economic.call("PUT", "/rest/customers/2", customer_body(name="Birgit H."))
    assert reply.status == 200
    after = economic.get("/rest/customers/2")
    assert after["name"] == "Birgit H."
    assert {"city", "email", "zip"} & set(after) == set()
    assert after["barred"] is False


def test_put_to_an_unused_number_creates(economic):
    assert economic.call("PUT", "/rest/customers/77", customer_body()).status == 201
    assert economic.post("/rest/customers", customer_body())["customerNumber"] == 78


def test_freed_number_is_given_again(economic):
    assert economic.post("/rest/customers", customer_body())["customerNumber"] == 3
    assert economic.call("DELETE", "/rest/customers/3").status == 204
    assert economic.post("/rest/customers", customer_body(name="Another"))["customerNumber"] == 3


def test_repeated_delete_is_404_with_e06000(economic):
    economic.call("DELETE", "/rest/customers/2")
    reply = economic.call("DELETE", "/rest/customers/2")
    assert (reply.status, reply.json()["errorCode"]) == (404, "E06000")


@pytest.mark.parametrize("status", [409, 400])
def test_used_customer_and_product_stay(economic, status):
    economic.service.set_switch("delete_used_status", status)
    economic.post("/rest/invoices/drafts", draft_body())
    assert economic.call("DELETE", "/rest/customers/2").status == status
    assert economic.call("DELETE", "/rest/products/KOP-1").status == status
    economic.call("DELETE", "/rest/invoices/drafts/1")
    economic.book()
    assert economic.call("DELETE", "/rest/customers/2").status == status
    assert economic.call("DELETE", "/rest/products/KOP-1").status == status
    assert economic.call("DELETE", "/rest/products/BOG-1").status == 204


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"customerGroup": {"customerGroupNumber": 99}}, "E06000"),
        ({"vatZone": {"vatZoneNumber": 99}}, "E06000"),
        ({"paymentTerms": {"paymentTermsNumber": 99}}, "E07080"),
        ({"layout": {"layoutNumber": 99}}, "E06000"),
        ({"currency": "XXX"}, "E06000"),
        ({"customerGroup": {}}, "E04500"),
        ({"name": None}, None),
    ],
)
def test_what_is_referred_to_must_exist(economic, changes, code):
    (leaf,) = economic.refused("POST", "/rest/customers", customer_body(**changes))
    assert (leaf["propertyName"], leaf.get("errorCode")) == (next(iter(changes)), code)


def test_reference_by_self(economic):
    groups = economic.get("/rest/customer-groups")["collection"]
    made = economic.post("/rest/customers", customer_body(customerGroup={"self": groups[1]["self"]}))
    assert made["customerGroup"]["customerGroupNumber"] == 2


def test_product_number_is_escaped_in_addresses(economic):
    made = economic.call("POST", "/rest/products", product_body(productNumber="AB_1.5/X æ"))
    assert made.headers["location"] == "http://e/rest/products/AB_8_1_11_5_6_X_9_%C3%A6"
    assert economic.get("/rest/products/AB_8_1_11_5_6_X_9_æ")["productNumber"] == "AB_1.5/X æ"
    assert economic.get("/rest/products/AB_8_1_11_5_6_X_9_%C3%A6")["productNumber"] == "AB_1.5/X æ"
    assert economic.call("GET", "/rest/products/AB_1.5").status == 404


def test_product_number_as_a_number_is_refused(economic):
    economic.refused("POST", "/rest/products", product_body(productNumber=15))
    body = draft_body(lines=[line(10.0) | {"product": {"productNumber": 15}}])
    (leaf,) = economic.refused("POST", "/rest/invoices/drafts", body)
    assert "Expected String but got Integer" in leaf["errorMessage"]


def test_filters_that_break_the_server(economic):
    assert economic.call("GET", "/rest/products", filter="barred$ne:true").status == 500
    assert economic.call("GET", "/rest/products", filter="barred$eq:false").status == 200
    refused = economic.call("GET", "/rest/products", filter="inventory.inStock$gt:1")
    assert refused.status == 400
    assert refused.json()["errors"] == ["Filtering is not allowed on property 'inventory.inStock'."]
    assert "barCode" in refused.json()["allowedFilteringFields"]


def test_inventory_is_there_only_with_its_module(economic):
    assert "inventory" not in economic.get("/rest/products/KOP-1")
    economic.connect(modules=(15,))
    economic.post("/rest/products", product_body(productNumber="L-1", productGroup={"productGroupNumber": 5}))
    economic.agreement.set_stock("L-1", 1000)
    economic.book(lines=[line(10.0, 3, product="L-1")])
    assert economic.get("/rest/products/L-1")["inventory"]["inStock"] == 7
    economic.book(lines=[line(10.0, -1, product="L-1"), line(5.0, 1)])
    assert economic.get("/rest/products/L-1")["inventory"]["available"] == 8


def test_prefilled_draft_of_a_customer_is_a_valid_beginning(economic):
    template = economic.get("/rest/customers/2/templates/invoice")
    body = {name: template[name] for name in ("currency", "paymentTerms", "customer", "layout")}
    body["recipient"] = template["recipient"]
    assert economic.post("/rest/invoices/drafts", body | {"date": "2026-09-01"})["draftInvoiceNumber"] == 1
