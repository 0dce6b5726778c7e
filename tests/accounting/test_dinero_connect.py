"""Connecting to Dinero: the sign-in, the organisations, what the settings choose from, and the self-check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from accounting import registry
from accounting.base import Choices, Company, FixedKeys, Option, SignIn, Write
from accounting.providers.dinero.provider import Dinero
from connector.core.capabilities import ProviderCapabilities
from connector.core.errors import NeedsSetup, Temporary
from connector.sync.item_vat import ItemVat
from tests.accounting.dinero import CONFIG, SECRET, TOKEN, World, a_document, usual_choices
from tests.accounting.economic import TODAY, a_document_line
from tests.accounting.wire import says

pytestmark = pytest.mark.contract

SIGN_IN = SignIn("https://connector.example/connect/books/dinero/", "state-1", "v" * 43)
CODE = {"code": "abc", "state": "state-1", "iss": CONFIG["connect_url"]}
SETTINGS = {
    "sales_domestic@25": "1000",
    "sales_abroad": "1100",
    "shipping@25": "1350",
    "terms": "Netto-8",
    "account": "55020",
    "trigger": "payment",
}


class TestSigningIn:
    def test_registry_leads_to_the_class(self):
        assert registry.provider_class("dinero") is Dinero

    @pytest.mark.parametrize(
        ("language", "locale"), [("da", "da-DK"), ("nb", "nb-NO"), ("en", "en-GB"), ("fi", "da-DK")]
    )
    def test_way_to_the_approve_page(self, language: str, locale: str):
        url = urlsplit(Dinero.connect_url(CONFIG, replace(SIGN_IN, language=language)))
        query = {name: value for name, [value] in parse_qs(url.query).items()}
        assert f"{url.scheme}://{url.netloc}{url.path}" == f"{CONFIG['connect_url']}/connect/authorize"
        assert set(query.pop("scope").split()) == {"dineropublicapi:read", "dineropublicapi:write", "offline_access"}
        assert len(query.pop("code_challenge")) == 43
        assert query == {
            "response_type": "code",
            "client_id": "isv_connector",
            "redirect_uri": SIGN_IN.return_url,
            "state": "state-1",
            "code_challenge_method": "S256",
            "response_mode": "query",
            "ui_locales": locale,
        }

    def test_answer_may_be_asked_for_by_post(self):
        url = Dinero.connect_url(CONFIG | {"response_mode": "form_post"}, SIGN_IN)
        assert parse_qs(urlsplit(url).query)["response_mode"] == ["form_post"]

    def test_way_back(self):
        wanted = {"code": "abc", "verifier": SIGN_IN.verifier, "return_url": SIGN_IN.return_url}
        assert Dinero.granted(CONFIG, CODE, SIGN_IN) == wanted
        assert Dinero.granted(CONFIG, {"code": "abc", "state": "state-1"}, SIGN_IN) == wanted

    @pytest.mark.parametrize(
        "other",
        [
            {"error": "access_denied"},
            {"state": "state-2"},
            {"state": ""},
            {"iss": "https://connect.visma.example"},
            {"code": ""},
            {"code": "a b"},
            {"code": "x" * 2001},
        ],
        ids=["declined", "another state", "no state", "another issuer", "no code", "a blank", "too long"],
    )
    def test_way_back_of_something_else(self, other: Mapping[str, str]):
        assert Dinero.granted(CONFIG, {**CODE, **other}, SIGN_IN) is None

    def test_way_back_without_a_state(self):
        assert Dinero.granted(CONFIG, {"code": "abc"}, SIGN_IN) is None

    def test_what_may_be_expected(self):
        assert Dinero.return_is_fixed
        assert Dinero.sells_by_account
        assert Dinero.capabilities == ProviderCapabilities(
            books_drafts=True,
            settles=True,
            foreign_currency=True,
            credit_notes=True,
            max_lines=500,
            max_item_number=9,
            max_description=1000,
            max_name=250,
        )


class TestCompanies:
    def test_those_that_the_user_reaches_with_what_keeps_one_from_being_chosen(self):
        world = World()
        other = world.books.open("Nordlys Holding ApS", pro=False, cvr="87654321")
        world.reached.add(other.number)
        world.books.open("A stranger's")
        found = world.connect(keys=FixedKeys({"access": TOKEN})).companies()
        assert list(found) == [
            Company(str(world.organization.number), "Nordlys ApS", "12345678"),
            Company(str(other.number), "Nordlys Holding ApS", "87654321", "dinero-pro-missing"),
        ]

    def test_none(self):
        world = World()
        world.reached.clear()
        with pytest.raises(NeedsSetup, match="organisation-none"):
            world.connect(keys=FixedKeys({"access": TOKEN})).companies()


class TestChoices:
    def test_organisation_and_lists(self):
        world = World(with_oss=True)
        found = world.connect({}).choices()
        assert (found.company_name, found.company_number) == ("Nordlys ApS", str(world.organization.number))
        assert found.base_currency == "DKK"
        assert Choices.from_json(json.loads(json.dumps(found.to_json()))).rates == found.rates
        assert found.lists["accounts"] == [
            Option("55000", "55000 Bank", "is-bank"),
            Option("55010", "55010 Kasse", "bank"),
            Option("55020", "55020 Webshopsalg", "clearing"),
        ]
        assert {option.value: option.hint for option in found.lists["revenue_accounts"]} == {
            "1000": "25",
            "1010": "0",
            "1050": "0",
            "1100": "0",
            "1300": "19",
            "1310": "25.5",
            "1350": "25",
        }

    def test_takes_six_calls(self):
        world = World()
        world.connect({}).choices()
        assert len(world.wire.sent) == 6

    def test_hidden_accounts_are_none(self):
        world = World()
        for number in (1350, 55010):
            world.organization.hide_account(number)
        lists = world.connect({}).choices().lists
        assert "1350" not in {option.value for option in lists["revenue_accounts"]}
        assert "55010" not in {option.value for option in lists["accounts"]}

    def test_vat_code_that_is_unknown_tells_no_rate(self):
        world = World()
        del world.organization.books.vat_types["U25"]
        found = world.connect({}).choices()
        assert "1000" not in found.rates
        assert [option.hint for option in found.lists["revenue_accounts"] if option.value == "1000"] == [""]

    def test_contacts_without_an_address_are_offered_for_all_buyers(self):
        world = World()
        guid = world.organization.make_contact("Webshopkunder")
        world.organization.make_contact("Ida", Email="ida@example.dk")
        assert world.connect({}).choices().lists["contacts"] == [Option(guid, "Webshopkunder")]

    def test_free_number_is_proposed(self):
        assert World().connect({}).proposed_account == "55020"
        assert World().connect().proposed_account == "55021"

    @pytest.mark.parametrize("code", [48, 90])
    def test_no_pro(self, code: int):
        world = World(pro=False, switches={"pro_code": code})
        with pytest.raises(NeedsSetup, match="dinero-pro-missing"):
            world.connect({}).choices()

    def test_organisation_out_of_reach(self):
        world = World()
        world.reached.clear()
        with pytest.raises(NeedsSetup, match="organisation-none"):
            world.connect({}).choices()

    def test_rate_that_an_account_does_not_have_is_named_before_any_request(self):
        world = World()
        vat = ItemVat(world.connect(), usual_choices())
        vat.require(a_document())
        with pytest.raises(NeedsSetup) as stopped:
            vat.require(a_document(a_document_line("1010", "1", "249.00")))
        told = {name: stopped.value.facts[name] for name in ("account", "shop_rate", "books_rate")}
        assert told == {"account": "1010", "shop_rate": "25", "books_rate": "0"}


class TestSelfCheck:
    def findings(self, world: World, **settings: str) -> list[tuple[str, dict[str, str]]]:
        provider = world.connect()
        return [(one.code, dict(one.facts)) for one in provider.check(SETTINGS | settings, TODAY)]

    def test_nothing_is_wrong(self):
        assert self.findings(World()) == []

    def test_account_that_is_gone(self):
        world = World()
        world.organization.hide_account(1000)
        world.organization.delete_account(55020)
        assert self.findings(world) == [
            ("choice-gone", {"field": "sales_domestic", "name": "1000"}),
            ("account-closed", {"account": "55020"}),
        ]

    def test_collective_contact(self):
        world = World()
        guid = world.organization.make_contact("Webshopkunder")
        assert self.findings(world, collective=guid) == []
        world.organization.change_contact(guid, Email="info@example.dk")
        assert self.findings(world, collective=guid) == []
        world.organization.delete_contact_by_hand(guid)
        assert self.findings(world, collective=guid) == [("choice-gone", {"field": "collective", "name": guid})]

    def test_no_pro(self):
        world = World()
        world.organization.set_pro(False)
        assert self.findings(world) == [("dinero-pro-missing", {"org": "Nordlys ApS"})]

    def test_year_that_is_missing_is_told_beside_what_is_gone(self):
        world = World()
        world.organization.delete_year(2026)
        world.organization.delete_account(55020)
        assert self.findings(world) == [
            ("account-closed", {"account": "55020"}),
            ("year-missing", {"year": "2026", "date": TODAY.isoformat()}),
        ]

    def test_grant_that_was_removed(self):
        world = World()
        with pytest.raises(NeedsSetup, match="connection-revoked"):
            world.connect(keys=FixedKeys({"access": "dead", "company": "1"})).check({}, TODAY)

    def test_every_field_has_a_list(self):
        lists = usual_choices()["lists"]
        assert {one.choices for one in Dinero.setting_fields} <= lists.keys()


class TestYears:
    @pytest.mark.parametrize(
        ("day", "closed"),
        [(date(2025, 6, 1), False), (date(2026, 6, 1), False), (date(2024, 6, 1), True), (date(2027, 1, 2), False)],
    )
    def test_seems_closed_only_before_what_is_known(self, day: date, closed: bool):
        assert World().connect().seems_closed(day) is closed

    def test_day_is_open_in_its_year(self):
        assert World().connect().first_open_day(TODAY) == TODAY
        with pytest.raises(NeedsSetup) as stopped:
            World().connect().first_open_day(date(2024, 6, 1))
        assert (stopped.value.code, stopped.value.facts) == ("year-missing", {"year": "2024", "date": "2024-06-01"})


@dataclass
class RenewableKeys:
    """Keys that are renewed in memory."""

    secrets: dict[str, str]
    fresh: list[dict[str, str]] = field(default_factory=list)
    asked: int = 0

    def current(self) -> Mapping[str, str]:
        return self.secrets

    def renewed(self, used: Mapping[str, str]) -> Mapping[str, str]:
        self.asked += 1
        self.secrets = {**self.secrets, **self.fresh.pop(0)}
        return self.secrets


class TestKeys:
    def keys(self, world: World, access: str, minutes: float, *fresh: dict[str, str]) -> RenewableKeys:
        expires = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
        held = {"access": access, "expires": expires, "company": str(world.organization.number)}
        return RenewableKeys(held, list(fresh))

    def later(self) -> str:
        return (datetime.now(UTC) + timedelta(hours=1)).isoformat()

    def test_refused_key_is_renewed_and_the_call_made_once(self):
        world = World()
        keys = self.keys(world, "dead", 30, {"access": TOKEN})
        stage = replace(world.stage(), provider=world.connect(keys=keys))
        assert stage.settle().payments == 1
        assert keys.asked == 1

    def test_key_about_to_expire_is_renewed_before_the_call(self):
        world = World()
        keys = self.keys(world, "dead", 0.5, {"access": TOKEN, "expires": self.later()})
        assert world.connect(keys=keys).find_items(["1000"])
        assert (keys.asked, len(world.wire.sent)) == (1, 1)

    def test_fresh_key_that_lasts_a_moment_is_not_renewed_at_every_call(self):
        world = World()
        keys = self.keys(world, TOKEN, 0.5, {"access": TOKEN})
        provider = world.connect(keys=keys)
        for _ in range(3):
            provider.find_items(["1000"])
        assert keys.asked == 1

    def test_key_that_is_refused_again_ends_the_connection(self):
        world = World()
        keys = self.keys(world, "dead", 30, {"access": "dead too"})
        with pytest.raises(NeedsSetup, match="connection-revoked"):
            world.connect(keys=keys).find_items(["1000"])

    def test_key_that_cannot_be_renewed_now_is_left_for_later(self, monkeypatch: pytest.MonkeyPatch):
        world = World()
        keys = self.keys(world, "dead", 30)

        def away(used: Mapping[str, str]) -> Mapping[str, str]:
            raise Temporary("provider-down")

        monkeypatch.setattr(keys, "renewed", away)
        stage = world.stage()
        call = stage.call(Write.DRAFT)
        with pytest.raises(Temporary):
            world.connect(keys=keys).send(call, "key-1")
        assert stage.held(stage.document.key).drafts == 0


class TestTokens:
    ANSWER = json.dumps(
        {"access_token": "at-1", "refresh_token": "rt-1", "expires_in": 3600, "token_type": "Bearer"}
    ).encode()
    GRANTED: Mapping[str, str] = {"code": "abc", "verifier": "v" * 43, "return_url": "https://back.example/"}

    def test_code_is_redeemed_with_its_verifier(self):
        world = World()
        world.wire.next_write(says(200, self.ANSWER, content_type="application/json"))
        world.wire.check = lambda sent: None
        secrets = Dinero.redeem(CONFIG, self.GRANTED, world.wire)
        assert (secrets["access"], secrets["refresh"]) == ("at-1", "rt-1")
        assert datetime.fromisoformat(secrets["expires"]) > datetime.now(UTC) + timedelta(minutes=59)
        [sent] = world.wire.sent
        assert sent.path == "/visma/connect/token"
        assert b"code_verifier=" + b"v" * 43 in sent.body

    def test_renewed_keys_are_of_the_same_organisation(self):
        world = World()
        world.wire.next_write(says(200, self.ANSWER, content_type="application/json"))
        world.wire.check = lambda sent: None
        held = {"access": "at-0", "refresh": "rt-0", "expires": "x", "company": "200001"}
        fresh = Dinero.renew(CONFIG, held, world.wire)
        assert (fresh["company"], fresh["access"], fresh["refresh"]) == ("200001", "at-1", "rt-1")

    @pytest.mark.parametrize(("way", "code"), [("redeem", "connection-declined"), ("renew", "connection-expired")])
    def test_refused(self, way: str, code: str):
        world = World()
        world.wire.next_write(says(400, b'{"error": "invalid_grant"}', content_type="application/json"))
        world.wire.check = lambda sent: None
        held: Mapping[str, Any] = {**self.GRANTED, "refresh": "rt-0"}
        with pytest.raises(NeedsSetup) as stopped:
            getattr(Dinero, way)(CONFIG, held, world.wire)
        assert stopped.value.code == code
        assert SECRET not in repr(stopped.value)
