"""Products, accounts, and the VAT that follows from them."""

from __future__ import annotations

from decimal import Decimal

import pytest

pytestmark = pytest.mark.tools


def ruleset(billy, name: str) -> str:
    return next(row["id"] for row in billy.rows("salesTaxRulesets") if row["name"] == name)


@pytest.mark.parametrize(
    ("country", "kind", "product", "tax"),
    [
        ("DK", "person", "Vare", 25),
        ("DK", "company", "Vare", 25),
        ("DE", "company", "Vare", 0),
        ("DE", "person", "Vare", 25),
        ("NO", "person", "Vare", 0),
        ("NO", "company", "Vare", 0),
        ("GL", "person", "Vare", 0),
        ("DK", "person", "Vare uden moms", 0),
        ("DE", "person", "Vare, OSS", 19),
        ("FI", "person", "Vare, OSS", Decimal("25.5")),
        ("FR", "person", "Vare, OSS", 25),
    ],
)
def test_vat_follows_the_products_ruleset_and_the_contact(billy, country, kind, product, tax):
    billy.connect(with_products=True, with_oss=True)
    contact = billy.contact(countryId=country, type=kind)
    lines = [billy.line(100.0, productId=billy.product(product))]
    made = billy.draft(contactId=contact, taxMode="excl", lines=lines)
    assert (made["amount"], made["tax"]) == (100, tax)
    [line] = billy.rows("invoiceLines", invoiceId=made["id"])
    rate = billy.get(f"taxRates/{line['taxRateId']}")["taxRate"]["rate"]
    assert rate * 100 == tax


def test_a_company_without_vat(billy):
    billy.connect(with_products=True, has_vat=False)
    assert billy.draft()["tax"] == 0


def test_a_product_is_made_with_defaults_and_prices(billy):
    answer = billy.write("POST", "products", "product", {"name": "Vare 25 %"})
    made, told = answer["products"][0], billy.get("organization")["organization"]
    assert (made["accountId"], made["salesTaxRulesetId"], made["isArchived"]) == (
        told["defaultSalesAccountId"],
        told["defaultSalesTaxRulesetId"],
        False,
    )
    prices = [{"unitPrice": 100, "currencyId": "DKK"}]
    changed = billy.write("PUT", f"products/{made['id']}", "product", {"prices": prices})
    assert [row["unitPrice"] for row in changed["productPrices"]] == [100]
    shown = billy.get(f"products/{made['id']}", include="product.prices:embed,product.account:embed")["product"]
    assert (shown["prices"][0]["currencyId"], shown["account"]["accountNo"]) == ("DKK", 1110)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": None}, {"product": {"name"}}),
        ({"accountId": "DpPq1234567890abcdefgh"}, {"product": {"accountId"}}),
        ({"salesTaxRulesetId": "x"}, {"product": {"salesTaxRulesetId"}}),
        ({"prices": [{"unitPrice": 1}]}, {"productPrice": {"currencyId"}}),
        ({"prices": "100"}, {"product": {"prices"}}),
    ],
    ids=str,
)
def test_product_that_does_not_fit(billy, changes, wrong):
    assert billy.refused("POST", "products", {"product": {"name": "Vare", **changes}}) == wrong


def test_products_are_searched(billy):
    made = billy.write("POST", "products", "product", {"name": "Porto", "productNo": "F-1"})["products"][0]
    assert billy.rows("products", productNo="F-1") == [made]
    assert billy.rows("products", q="porto") == [made]
    assert len(billy.rows("products", isArchived="true")) == 6


def test_what_is_in_use_is_not_deleted(billy):
    billy.draft()
    assert billy.refused("DELETE", f"products/{billy.product()}") == {"product": {"id"}}
    assert billy.refused("DELETE", f"accounts/{billy.account(1110)}") == {"account": {"id"}}
    fragt = billy.product("Fragt")
    assert billy.call("DELETE", f"products/{fragt}").status == 200
    assert billy.call("GET", f"products/{fragt}").status == 404


def group(billy, nature: str) -> str:
    return next(row["id"] for row in billy.rows("accountGroups") if row["natureId"] == nature)


def test_an_account_is_made(billy):
    body = {"name": "Mobilepay", "accountNo": 5730, "groupId": group(billy, "asset"), "isPaymentEnabled": True}
    made = billy.write("POST", "accounts", "account", body)["accounts"][0]
    assert (made["natureId"], made["isPaymentEnabled"], made["isArchived"]) == ("asset", True, False)
    assert billy.refused("POST", "accounts", {"account": body}) == {"account": {"accountNo"}}
    other = body | {"accountNo": 5731, "natureId": "revenue"}
    assert billy.refused("POST", "accounts", {"account": other}) == {"account": {"natureId"}}
    assert billy.refused("POST", "accounts", {"account": {"name": "x"}}) == {"account": {"groupId"}}
    path = f"accounts/{made['id']}"
    assert billy.refused("PUT", path, {"account": {"isBankAccount": True}}) == {"account": {"isBankAccount"}}
    assert billy.write("PUT", path, "account", {"isArchived": True})["accounts"][0]["isArchived"] is True
    assert billy.call("DELETE", path).status == 200


def test_the_chart_tells_what_takes_payments(billy):
    told = {row["accountNo"]: (row["isPaymentEnabled"], row["isBankAccount"]) for row in billy.rows("accounts")}
    assert (told[5710], told[5720], told[1110]) == ((True, True), (True, False), (False, False))
    shown = billy.get(f"accounts/{billy.account(5710)}", include="account.group:embed")["account"]
    assert (shown["group"]["natureId"], bool(shown["bankAccountNo"])) == ("asset", True)


def test_rulesets_show_their_rules(billy):
    goods = next(
        row for row in billy.rows("salesTaxRulesets", include="salesTaxRuleset.rules:embed") if row["name"] == "Varer"
    )
    assert [(row["countryId"], row["contactType"]) for row in goods["rules"]] == [
        ("DK", None),
        (None, "company"),
        (None, "person"),
    ]
    assert {row["id"] for row in goods["rules"]} <= {row["id"] for row in billy.rows("salesTaxRules")}
    assert "DE" in billy.get("countryGroups/eu")["countryGroup"]["memberCountryIds"].split(",")


def test_lists_with_codes_for_ids(billy):
    billy.company.set_rate("EUR", Decimal("7.5"))
    assert billy.get("currencies/EUR")["currency"]["exchangeRate"] == Decimal("7.5")
    assert billy.get("countries/DK")["country"]["name"] == "Danmark"
    assert len(billy.rows("accountNatures")) == 5


def test_the_owner_makes_and_changes_things(billy):
    made = billy.company.make_product("Gavekort", 7130, "Momsfrit salg")
    assert billy.get(f"products/{made}")["product"]["salesTaxRulesetId"] == ruleset(billy, "Momsfrit salg")
    contact = billy.company.make_contact("Ida", "ida@example.dk", registrationNo="87654321")
    billy.company.change_contact(contact, name="Ida Lund")
    read = billy.get(f"contacts/{contact}", include="contact.contactPersons:embed")["contact"]
    assert (read["name"], read["registrationNo"], read["contactPersons"][0]["email"]) == (
        "Ida Lund",
        "87654321",
        "ida@example.dk",
    )
    billy.company.delete_account(5720)
    assert 5720 not in {row["accountNo"] for row in billy.rows("accounts")}
    for unknown in (lambda: billy.company.change_contact(contact, colour="red"), lambda: billy.company.invoice("9")):
        with pytest.raises(KeyError):
            unknown()
