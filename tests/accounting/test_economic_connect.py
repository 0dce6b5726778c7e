"""Connecting: the way to the approve page and back, what the settings choose from, and the self-check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from accounting import registry
from accounting.base import Choices, Finding, SignIn
from accounting.providers.economic import choices, selfcheck
from accounting.providers.economic.provider import Economic
from connector.core.capabilities import ProviderCapabilities
from connector.core.errors import NeedsSetup, Temporary, Unsupported
from connector.core.money import Money
from connector.lib.http import Answer
from tests.accounting.economic import CHOICES, CONFIG, TODAY, World, a_document, usual_choices
from tests.accounting.wire import Sent, Serve, says

pytestmark = pytest.mark.contract

SETTINGS = {
    **{name: value for name, value in CHOICES.items() if name != "zone"},
    "zone_domestic": "1",
    "zone_abroad": "3",
    "product_group@25": "1",
    "product_group@0": "2",
    "shipping@25": "FRAGT",
    "shipping@0": "FRAGT-0",
    "total@25": "TOTAL-25",
    "default@25": "WEB",
    "rounding": "ØRE",
    "collective": "1",
    "trigger": "payment",
}

SIGN_IN = SignIn("https://connector.example/back/", "state", "verifier")


def test_registry_leads_to_the_class():
    assert registry.provider_class("economic") is Economic
    assert Economic.name in registry.PROVIDERS
    with pytest.raises(KeyError):
        registry.provider_class("ledgerly")


class TestConnecting:
    @pytest.mark.parametrize(
        ("language", "locale"), [("da", "da-DK"), ("nb", "nb-NO"), ("en", "en-GB"), ("en-us", "en-GB"), ("fi", "da-DK")]
    )
    def test_way_to_the_approve_page(self, language: str, locale: str):
        back = "https://connector.example/back/æ b/?x=1&y=2"
        url = urlsplit(Economic.connect_url(CONFIG, SignIn(back, "state", "verifier", language)))
        assert f"{url.scheme}://{url.netloc}{url.path}" == CONFIG["grant_url"]
        assert parse_qs(url.query) == {"appPublicToken": ["app-public"], "locale": [locale], "redirectUrl": [back]}
        assert CONFIG["app_secret"] not in url.query

    @pytest.mark.parametrize(
        "query", [{}, {"token": ""}, {"error": "x"}, {"token": "a b"}, {"token": "a\nb"}, {"token": "x" * 201}]
    )
    def test_way_back_without_a_token(self, query: Mapping[str, str]):
        assert Economic.granted(CONFIG, query, SIGN_IN) is None

    def test_way_back(self):
        world = World()
        secrets = Economic.granted(CONFIG, {"token": world.grant, "state": "x"}, SIGN_IN)
        assert secrets == {"grant": world.grant}

    def test_currencies_come_from_what_is_kept(self):
        euros = replace(a_document(), total=Money(Decimal("249.00"), "EUR"))
        fresh, later = World().connect({}), World().connect()
        assert (fresh.capabilities.foreign_currency, later.capabilities.foreign_currency) == (False, True)
        assert json.loads(later.draft_call(euros, "1").body)["currency"] == "EUR"
        with pytest.raises(Unsupported, match="currency-missing"):
            fresh.draft_call(euros, "1")
        assert fresh.base_currency == "DKK"

    def test_capabilities_are_declared(self):
        assert Economic.capabilities == ProviderCapabilities(
            books_drafts=True,
            settles=True,
            creates_products=True,
            foreign_currency=True,
            negative_lines=True,
            credit_notes=True,
            max_lines=900,
            max_item_number=25,
            max_description=2500,
            max_name=250,
        )


class TestChoices:
    def test_agreement_and_lists(self):
        world = World()
        found = world.connect({}).choices()
        assert (found.company_name, found.company_number) == ("Nordlys ApS", str(world.agreement.number))
        assert found.base_currency == "DKK"
        assert Choices.from_json(json.loads(json.dumps(found.to_json()))) == found
        assert {name for name, options in found.lists.items() if options} == set(choices.LISTS)
        assert found.labels("journals") == {"1": "1 Daglig", "4": "4 Webshop"}
        assert found.labels("zones")["1"] == "1 Indland"
        assert {option.value: option.hint for option in found.lists["terms"]}["5"] == "dueDate"
        assert {option.value: option.hint for option in found.lists["items"]}["FRAGT"] == "3"

    def test_rates_follow_group_and_zone(self):
        rates = World().connect({}).choices().rates
        assert (rates["1"]["1"], rates["1"]["3"], rates["1"]["5"], rates["2"]["1"]) == ("25", "0", "25.5", "0")

    def test_accounts_that_cannot_be_posted_to_are_no_choice(self):
        world = World()
        accounts = world.agreement.books.master.accounts
        accounts[5820].barred = True
        accounts[5830].blocked = True
        numbers = set(world.connect({}).choices().labels("accounts"))
        assert not {"1000", "5820", "5830", "5899", "1005"} & numbers
        assert {"5825", "1010"} <= numbers

    def test_gone_and_barred_things_are_no_choice(self):
        world = World()
        world.agreement.bar_product("KOP-1")
        layouts = world.agreement.books.master.layouts
        layouts[21] = replace(layouts[21], deleted=True)
        found = world.connect({}).choices()
        assert "KOP-1" not in found.labels("items")
        assert set(found.labels("layouts")) == {"19", "20"}

    @pytest.mark.parametrize("false_booleans", ["shown", "omitted"])
    def test_false_may_be_left_out(self, false_booleans: str):
        found = World(switches={"false_booleans": false_booleans}).connect({}).choices()
        assert found.to_json()["lists"] == usual_choices()["lists"]

    def test_journal_kept_for_other_entries_is_no_choice(self):
        def only(kind: str) -> dict[str, Any]:
            return {"journalNumber": 7, "name": "Køb", "settings": {"entryTypeRestrictedTo": kind}}

        _, journals = choices.LISTS["journals"]
        assert [option.value for option in journals([only("customerPayment"), {"journalNumber": 8}])] == ["7", "8"]
        assert journals([only("supplierInvoice"), only("financeVoucher")]) == []

    @pytest.mark.parametrize(
        ("number", "name", "kind", "hint"),
        [
            (5820, "Bank", "status", "bank"),
            (5810, "Kasse", "status", "bank"),
            (5830, "Valutakonto EUR", "status", "bank"),
            (5525, "Nordea Netbank", "status", "bank"),
            (5825, "Webshopsalg (mellemregning)", "status", "clearing"),
            (5840, "Mellemregning bank", "status", "clearing"),
            (2490, "Dankort", "status", "clearing"),
            (2491, "Kortindløser", "status", "clearing"),
            (1920, "Interimskonto nettbutikk", "status", "clearing"),
            (6850, "Gavekort, udestående", "status", ""),
            (6700, "Kortfristet gæld", "status", ""),
            (3600, "Gebyrer, kortindløser", "profitAndLoss", ""),
            (1010, "Salg via webshop", "profitAndLoss", ""),
            (5600, "Debitorer", "status", ""),
        ],
    )
    def test_account_that_looks_like_a_bank_or_a_clearing_account(self, number: int, name: str, kind: str, hint: str):
        assert choices.hint({"accountNumber": number, "name": name, "accountType": kind}) == hint

    def test_nobody_at_home_is_no_agreement(self):
        world = World()
        world.wire.next_read(says(404, b"{}"))
        with pytest.raises(Temporary):
            world.connect({}).choices()

    @pytest.mark.parametrize(("rate", "text"), [("25.0000", "25"), ("25.50", "25.5"), ("0.00", "0"), ("100", "100")])
    def test_percent(self, rate: str, text: str):
        assert choices.percent(Decimal(rate)) == text


def codes(found: list[Finding]) -> list[str]:
    return [finding.code for finding in found]


class TestSelfCheck:
    def check(self, world: World, **more: str) -> list[Finding]:
        return world.connect().check(SETTINGS | more, TODAY)

    def test_all_is_well(self):
        assert self.check(World()) == []

    def test_nothing_is_made_by_it(self):
        world = World()
        before = world.agreement.ledger()
        self.check(world)
        assert {**world.agreement.ledger(), "calls": 0} == before

    def test_plan_too_small(self):
        [found] = self.check(World(plan="Basis"))
        assert (found.code, dict(found.facts)) == ("plan-too-small", {"plan": "Basis", "plans": "Plus, Smart, Komplet"})

    def test_role_too_small(self):
        assert [(found.code, found.facts["action"]) for found in self.check(World(role="Sales"))] == [
            ("right-missing", "journals")
        ]
        assert codes(self.check(World(role="Bookkeeping"))) == ["plan-too-small"]

    def test_reading_refused(self):
        world = World()
        world.wire.next_read(says(403))
        assert [(found.code, found.facts["action"]) for found in self.check(world)] == [("right-missing", "read")]

    def test_removed_grant_is_not_a_finding(self):
        world = World()
        provider = world.connect()
        world.books.revoke(world.agreement.number)
        with pytest.raises(NeedsSetup, match="connection-revoked"):
            provider.check(SETTINGS, TODAY)

    @pytest.mark.parametrize(("without", "code"), [("layouts", "layout-missing"), ("journals", "journal-missing")])
    def test_nothing_to_choose_from(self, without: str, code: str):
        assert code in codes(self.check(World(without=(without,))))

    @pytest.mark.parametrize(
        ("name", "value", "code", "facts"),
        [
            ("layout", "99", "choice-gone", {"field": "layout", "name": "99"}),
            ("zone_abroad", "99", "choice-gone", {"field": "zone_abroad", "name": "99"}),
            ("shipping@25", "GONE", "choice-gone", {"field": "shipping", "name": "GONE"}),
            ("product_group@0", "9", "choice-gone", {"field": "product_group", "name": "9"}),
            ("account", "5899", "account-closed", {"account": "5899"}),
            ("gift_card_account", "1", "account-closed", {"account": "1"}),
            ("collective", "999", "choice-gone", {"field": "collective", "name": "999"}),
            ("collective", "1/../2", "choice-gone", {"field": "collective", "name": "1/../2"}),
        ],
    )
    def test_chosen_thing_that_is_gone(self, name: str, value: str, code: str, facts: dict[str, str]):
        assert [(found.code, dict(found.facts)) for found in self.check(World(), **{name: value})] == [(code, facts)]

    @pytest.mark.parametrize("chosen", ["payment", "line"])
    def test_a_neutral_setting_with_the_name_of_a_field_is_no_choice_of_the_books(self, chosen: str):
        assert self.check(World(), gift_card=chosen) == []

    def test_barred_account(self):
        world = World()
        world.agreement.books.master.accounts[5825].barred = True
        assert codes(self.check(world)) == ["account-closed"]

    def test_closed_year_and_barred_period(self):
        world = World()
        world.agreement.bar_period(TODAY, TODAY)
        [found] = self.check(world)
        assert (found.code, dict(found.facts)) == (
            "period-closed",
            {"period": "2026-11", "date": "2026-11-18", "open": "2026-12-01"},
        )
        world.agreement.close_year(2026)
        assert self.check(world)[0].facts["open"] == "2027-01-01"
        world.agreement.close_year(2027)
        assert self.check(world)[0].facts["open"] == ""

    def test_missing_year(self):
        [found] = World().connect().check(SETTINGS, date(2031, 1, 1))
        assert (found.code, dict(found.facts)) == ("year-missing", {"year": "2031", "date": "2031-01-01"})

    def test_today_is_asked_when_nobody_says(self):
        world = World()
        world.agreement.books.master.calendar.years.clear()
        assert codes(world.connect().check(SETTINGS)) == ["year-missing"]

    def test_plan_is_asked_anew_each_time(self):
        world = World(switches={"cache_4xx": True})
        provider = world.connect()
        world.agreement.plan = "Basis"
        assert codes(provider.check(SETTINGS, TODAY)) == ["plan-too-small"]
        world.agreement.plan = "Plus"
        assert provider.check(SETTINGS, TODAY) == []

    def test_probe_is_a_draft_that_cannot_be_made(self):
        world = World()
        self.check(world)
        assert [(sent.method, sent.path, sent.body) for sent in world.wire.writes] == [
            ("POST", "/economic/rest/invoices/drafts", b"{}")
        ]


def test_every_setting_names_a_list_that_is_read():
    lists = {field.choices for field in selfcheck.SETTING_FIELDS if field.choices}
    assert lists <= set(choices.LISTS)
    assert len({field.name for field in selfcheck.SETTING_FIELDS}) == len(selfcheck.SETTING_FIELDS)


def test_headers_of_every_call():
    world = World()
    seen: list[Mapping[str, str]] = []

    def keep(request: Sent, serve: Serve) -> Answer:
        seen.append(request.headers)
        return serve(request)

    world.wire.next_read(keep)
    world.connect().find_items(["KOP-1"])
    assert seen[0]["x-appsecrettoken"] == CONFIG["app_secret"]
    assert seen[0]["x-agreementgranttoken"] == world.grant
    assert "idempotency-key" not in seen[0]
