"""The owner's pages where sales are booked on accounts: VAT by account, no products, one button for an account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from accounting import registry
from accounting.models import Connection
from connector.core.document import InvoiceDocument
from connector.core.errors import Rejected, Temporary
from connector.core.mapping import order_to_invoice
from connector.core.states import State
from connector.core.store import document_to_json
from connector.sync import proposals, rules
from connector.sync.models import ActivityEntry, ShopMethod, SyncJob
from connector.tenancy.scope import scope
from tests.core.orders import a_line
from tests.people import People, signed_in
from tests.web.factories import PLACED, Setup, a_job, a_shop_order, a_step
from tests.web.setup.by_account import ByAccount, choices
from tests.web.setup.fields import filled, options
from tests.web.setup.outside import Browser, Outside, text_of
from tests.web.setup.test_vat_page import FINN, rows, saved, states

pytestmark = pytest.mark.engine

PAGE, FINANCE, MAPPING = "finance/vat/", "finance/", "finance/mapping/"
GUID = "5c0d9a80-1f2e-4c3b-8a7d-6e5f4c3b2a19"


@pytest.fixture
def shop(nordlys: Setup, outside: Outside, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Setup:
    """Connected to books that sell by account, set up as is proposed."""
    monkeypatch.setitem(registry.PROVIDERS, "by-account", "tests.web.setup.by_account.ByAccount")
    settings.ACCOUNTING = {**settings.ACCOUNTING, "by-account": {}}
    ByAccount.new(**{"55000": "Bank"})
    with scope(nordlys.shop.tenant_id):
        read(nordlys)
        likely = proposals.defaults(choices(ByAccount.kept), ByAccount.setting_fields)
        usual = {"start_at": "2026-11-01T00:00:00+01:00", "account": "55000", "gift_card_account": "55000"}
        change(nordlys, **(likely | usual))
    return nordlys


@pytest.fixture
def page(people: People, shop: Setup) -> Browser:
    return Browser(signed_in(people.anna))


def read(setup: Setup) -> None:
    """The books were read as they are now. Needs the scope."""
    values = {"provider": "by-account", "choices": choices(ByAccount.kept).to_json(), "choices_at": timezone.now()}
    Connection.objects.filter(pk=setup.connection.pk).update(**values)
    setup.connection.refresh_from_db()


def change(setup: Setup, **values: str) -> None:
    setup.settings.values = {**setup.settings.values, **values}
    setup.settings.save()


def changed(setup: Setup, **values: str) -> None:
    with scope(setup.shop.tenant_id):
        change(setup, **values)


# --- the VAT page -----------------------------------------------------------------------------------------------------
def test_the_proposals_follow_the_vat_of_the_accounts(shop: Setup) -> None:
    kept = saved(shop)
    assert (kept["sales_domestic@25"], kept["sales_domestic@0"]) == ("1000", "1010")
    assert (kept["sales_eu_business"], kept["sales_abroad"]) == ("1050", "1100")
    assert (kept["shipping@25"], kept["shipping@0"], kept["fee@25"]) == ("1350", "", "")


def test_each_rate_at_home_has_a_row_with_its_account_and_both_rates(page: Browser) -> None:
    answer = page.page(PAGE)
    found = rows(answer)
    assert list(found)[:4] == ["domestic-25", "domestic-0", "eu_business", "home_vat"]
    assert found["domestic-25"].startswith("Danmark, privat og firma: 25 % moms")
    assert found["domestic-25"].endswith("Konto til indenlandsk salg, 25 % moms 25 % 25 % passer")
    assert found["home_vat"].endswith(
        '1000 Salg af varer m/moms · 1010 Salg af varer uden moms som for "Danmark, privat og firma"'
        " 25 % · 0 % 25 % · 0 % passer"
    )
    assert "Konto i Kassebogen (momsen følger kontoen)" in text_of(answer)
    assert "Momszone" not in text_of(answer)
    assert options(answer, "sales_domestic@25") == ["", *choices({}).labels("revenue_accounts")]


def test_an_account_with_another_rate_shows_both_and_its_name(page: Browser, shop: Setup) -> None:
    changed(shop, **{"sales_domestic@25": "1010", "sales_abroad": "1000"})
    found = rows(page.page(PAGE))
    assert list(found)[:2] == ["domestic-25", "home_vat"], "what does not agree stands above what does"
    assert "1010 Salg af varer uden moms giver 0 %; shoppen opkræver 25 %." in found["domestic-25"]
    assert "1000 Salg af varer m/moms giver 25 %; shoppen opkræver 0 %." in found["abroad"]
    assert 'ret dens momskode i Kassebogen, og tryk på "Hent igen".' in found["abroad"]


def test_what_lacks_an_account_stands_first_and_saving_lets_its_orders_go(page: Browser, shop: Setup) -> None:
    changed(shop, oss_from="2021-07-01", **{"sales_domestic@0": ""})
    with scope(shop.shop.tenant_id):
        order = replace(a_shop_order("2"), buyer=FINN, lines=(a_line("125.50", "25.5"),))
        facts = {"field": "sales_eu_consumer@FI", "country": "FI", "order": "2"}
        a_job(shop, "2", State.NEEDS_YOU, "choice-missing", facts=facts, order=order)
        at_home = {"field": "sales_domestic", "rate": "0", "order": "3"}
        a_job(shop, "3", State.NEEDS_YOU, "choice-missing", facts=at_home)
        a_job(shop, "4", State.NEEDS_YOU, "vat-mismatch", facts={"order": "4", "account": "1000"})
        a_job(shop, "5", State.NEEDS_YOU, "choice-missing", facts={"order": "5", "field": "terms"})
    answer = page.page(PAGE)
    found = rows(answer)
    assert list(found)[:2] == ["domestic-0", "eu_consumer-FI"]
    assert "mangler en konto: 1 ordre venter" in found["domestic-0"]
    assert "mangler en konto: 1 ordre venter" in found["eu_consumer-FI"]
    chosen = {"sales_eu_consumer@FI": "1310", "sales_domestic@0": "1010"}
    page.send(PAGE, **{**filled(answer), **chosen, "then": "edit"})
    assert saved(shop)["sales_eu_consumer@FI"] == "1310"
    assert [states(shop)[number] for number in "2345"] == ["waiting", "waiting", "waiting", "needs_you"]
    assert "25,5 % 25,5 % passer" in rows(page.page(PAGE))["eu_consumer-FI"]


@pytest.mark.parametrize("name", ["sales_domestic@25", "sales_eu_consumer@FI"])
def test_an_account_that_is_not_there_is_refused(page: Browser, shop: Setup, name: str) -> None:
    changed(shop, **{"sales_eu_consumer@FI": "1310"})
    answer = page.send(PAGE, **{**filled(page.page(PAGE)), name: "9999"})
    assert answer.status_code == 422
    assert f'id="id_{name}_error"' in answer.content.decode()


# --- the settings and the mapping -------------------------------------------------------------------------------------
def test_the_settings_speak_of_accounts_and_keep_what_the_vat_page_chose(page: Browser, shop: Setup) -> None:
    changed(shop, **{"sales_eu_consumer@FI": "1310"})
    answer = page.page(FINANCE)
    told = text_of(answer)
    assert "Moms og omsætningskonti Salg i Danmark, 25 % 1000 Salg af varer m/moms" in told
    assert "Salg til private i EU (OSS): Finland 1310 Salg OSS Finland" in told
    assert "på fakturaen, når den er bogført" in told
    assert "en rabat på fakturaens linjer" in told
    for absent in ("kassekladde", "Når en vare mangler", "Varegruppe", "Standardvare", "Øreafrunding", "Momszone"):
        assert absent not in told
    assert "6 omsætningskonti" in told
    page.send(FINANCE, **filled(answer), then="edit")
    kept = saved(shop)
    assert (kept["sales_domestic@25"], kept["sales_eu_consumer@FI"], kept["missing_product"]) == (
        "1000",
        "1310",
        "stop",
    )


def test_before_the_first_save_the_accounts_are_chosen_among_the_settings(page: Browser, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        shop.integration.settings = None
        shop.integration.save()
    answer = page.page(FINANCE)
    assert filled(answer)["sales_domestic@25"] == "1000"
    assert "1310" in options(answer, "sales_abroad")
    assert "sales_eu_consumer@FI" not in filled(answer)


def test_the_mapping_has_accounts_for_fees_and_no_products(page: Browser, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        kind, tenant = ShopMethod.Kind.SHIPPING, shop.shop.tenant_id
        ShopMethod.objects.create(tenant_id=tenant, shop=shop.shop, kind=kind, key="gls", name="GLS", first_seen=PLACED)
    answer = page.page(MAPPING)
    told = text_of(answer)
    assert "Gebyrer og betalingsmåder" in told
    assert "Konto til fragt" in told
    assert 'id="products"' not in answer.content.decode()
    assert "Opret dem for mig" not in told
    assert options(answer, "shipping@25")[:2] == ["", "1000"]
    assert options(answer, "ship:gls@25")[:2] == ["", "1000"]
    assert "som for varerne" in told
    page.send(MAPPING, **{**filled(answer), "fee@25": "1350", "ship:gls@25": "1000"})
    assert (saved(shop)["fee@25"], saved(shop)["ship:gls@25"]) == ("1350", "1000")
    told = text_of(page.page("finance/history/"))
    assert "Konto til gebyrer, 25 % – 1350 Salg af fragt m/moms" in told


def test_what_lacks_an_account_to_sell_on_is_not_let_go_by_the_fees(page: Browser, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        at_home = {"field": "sales_domestic", "rate": "0", "order": "3"}
        a_job(shop, "3", State.NEEDS_YOU, "choice-missing", facts=at_home)
        a_job(shop, "5", State.NEEDS_YOU, "choice-missing", facts={"order": "5", "field": "gift_card_account"})
    answer = page.page(MAPPING)
    assert "Gem, og overfør 1 ordre" in text_of(answer)
    page.send(MAPPING, **filled(answer))
    assert [states(shop)[number] for number in "35"] == ["needs_you", "waiting"]


def test_what_a_shipping_method_lost_is_known_before_an_order_comes(page: Browser, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        kind, tenant = ShopMethod.Kind.SHIPPING, shop.shop.tenant_id
        ShopMethod.objects.create(tenant_id=tenant, shop=shop.shop, kind=kind, key="gls", name="GLS", first_seen=PLACED)
    changed(shop, **{"ship:gls@25": "1999"})
    assert 'Det, der var valgt for "GLS", findes ikke længere' in text_of(page.page(MAPPING))


def test_a_stop_for_an_account_is_mended_where_it_is_told(page: Browser, shop: Setup) -> None:
    changed(shop, **{"sales_domestic@0": ""})
    with scope(shop.shop.tenant_id):
        facts = {"field": "sales_domestic", "rate": "0", "order": "3"}
        a_job(shop, "3", State.NEEDS_YOU, "choice-missing", facts=facts)
    answer = page.page("needs-you/")
    assert "Konto til indenlandsk salg, 0 %: ikke valgt endnu" in text_of(answer)
    assert "1010" in options(answer, "sales_domestic@0")


# --- the posting account ----------------------------------------------------------------------------------------------
def test_the_warning_says_how_sure_it_is(page: Browser, shop: Setup) -> None:
    assert "55000 Bank ser ud til at være en bankkonto" in text_of(page.page(FINANCE))
    ByAccount.new(**{"55000": "Drift reg. 1234"})
    with scope(shop.shop.tenant_id):
        read(shop)
    told = text_of(page.page(FINANCE))
    assert "55000 Drift reg. 1234 er en bankkonto" in told
    assert "ser ud til at være" not in told


def test_a_clearing_account_is_made_with_one_button_and_chosen(page: Browser, shop: Setup) -> None:
    form = filled(page.page(FINANCE))
    assert "Opret 55020 Webshopsalg i Kassebogen" in text_of(page.page(FINANCE))
    answer = page.send("finance/create-account/", **{**form, "trigger": "payment"})
    told = text_of(answer)
    assert "55020 Webshopsalg er oprettet i Kassebogen. Den er valgt som bogføringskonto herunder." in told
    typed = filled(answer)
    assert (typed["account"], typed["trigger"]) == ("55020", "payment"), "what was typed is kept"
    assert ByAccount.sent == ["55020"]
    assert saved(shop)["account"] == "55000", "nothing is saved before it is asked for"
    page.send(FINANCE, **typed, then="edit")
    assert saved(shop)["account"] == "55020"
    assert "Opret 55020" not in text_of(page.page(FINANCE))
    with scope(shop.shop.tenant_id):
        assert ActivityEntry.objects.get(what="account-created").facts == {"account": "55020 Webshopsalg"}


@pytest.mark.parametrize("lost", ["before", "after"])
def test_pressed_twice_or_not_answered_it_is_made_once(page: Browser, shop: Setup, lost: str) -> None:
    form = filled(page.page(FINANCE))
    ByAccount.lost = lost
    first = page.send("finance/create-account/", **form)
    ByAccount.lost = ""
    page.send("finance/create-account/", **form)
    assert list(ByAccount.kept) == ["55000", "55020"]
    assert ByAccount.sent == (["55020"] if lost == "after" else ["55020", "55020"])
    assert (filled(first)["account"] == "55020") is (lost == "after")


def test_a_number_that_is_somebody_elses_is_passed_over(page: Browser) -> None:
    form = filled(page.page(FINANCE))
    ByAccount.kept["55020"] = "Kantinen"
    answer = page.send("finance/create-account/", **form)
    assert filled(answer)["account"] == "55021"
    assert ByAccount.kept == {"55000": "Bank", "55020": "Kantinen", "55021": "Webshopsalg"}


@pytest.mark.parametrize(
    "stop", [Rejected("unexpected"), Temporary("provider-down", retry_after=60.0)], ids=["refused", "down"]
)
def test_what_stops_it_is_told_and_what_was_typed_is_kept(page: Browser, shop: Setup, stop: Any) -> None:
    form = filled(page.page(FINANCE))
    ByAccount.refused = stop
    answer = page.send("finance/create-account/", **{**form, "trigger": "payment"})
    assert filled(answer)["trigger"] == "payment"
    assert filled(answer)["account"] == "55000"
    assert "er oprettet" not in text_of(answer)
    with scope(shop.shop.tenant_id):
        paused = shop.connection.channel
        paused.refresh_from_db()
        assert (paused.paused_until is not None) is isinstance(stop, Temporary)


def test_a_reader_may_not_create_an_account(people: People, shop: Setup) -> None:
    reader = Browser(signed_in(people.lis))
    assert reader.send("finance/create-account/").status_code == 403
    assert "Opret 55020" not in text_of(reader.page(FINANCE))
    assert Browser(signed_in(people.mallory)).send("finance/create-account/").status_code == 404
    assert ByAccount.sent == []


def test_the_check_for_wrong_booking_looks_at_the_accounts(page: Browser, shop: Setup) -> None:
    told = text_of(page.page("health/"))
    assert "Omsætningskonti: 7 af 7 passer" in told
    assert "Bogføringskonto 55000 Bank ser ud til at være en bankkonto" in told
    ByAccount.new(**{"55000": "Drift reg. 1234"})
    with scope(shop.shop.tenant_id):
        read(shop)
    changed(shop, **{"sales_domestic@0": ""})
    told = text_of(page.page("health/"))
    assert "1 slags salg har ingen konto" in told
    assert "Bogføringskonto 55000 Drift reg. 1234 er en bankkonto" in told


# --- an order ---------------------------------------------------------------------------------------------------------
def a_document(setup: Setup) -> InvoiceDocument:
    made = rules.mapping_rules(setup.settings.values, provider=ByAccount)
    return order_to_invoice(a_shop_order(), made, date=PLACED.date(), known=())


def test_the_invoice_shows_prices_with_vat_and_the_accounts(page: Browser, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        document = document_to_json(a_document(shop))
        more = {"document_number": "20231", "customer_number": GUID, "detail": "booked"}
        job = a_job(shop, state=State.DONE, **more)
        SyncJob.objects.filter(pk=job.pk).update(document=document)
        a_step(job, "customer", GUID)
        a_step(job, "correct", GUID)
        booked = {"id": GUID, "final": True, "more": {"number": "20231"}, "figures": None}
        a_step(job, "book", minutes=1, result=booked)
        a_step(job, "payment:1", GUID, minutes=2)
    told = text_of(page.page("orders/10017/"))
    assert "Pris m. moms Moms I alt m. moms" in told
    assert "T-shirt, M 2 199,00 25 % 398,00" in told or "199,00 25 % 398,00" in told
    assert "heraf moms, 25 % af 349,60 87,40" in told
    assert "Omsætningskonti 1000 Salg af varer m/moms · 1350 Salg af fragt m/moms" in told
    assert "Bogført som faktura 20231" in told
    assert "Kunden er oprettet" in told
    assert "Kladden er rettet" in told
    assert "Betaling registreret, 437,00" in told
    assert GUID not in told
    assert "kassekladde" not in told


def test_an_account_whose_vat_changed_is_seen_on_the_order(page: Browser, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        document = a_document(shop)
        lines = tuple(replace(line, item="1010") for line in document.lines)
        job = a_job(shop)
        SyncJob.objects.filter(pk=job.pk).update(document=document_to_json(replace(document, lines=lines)))
    told = text_of(page.page("orders/10017/"))
    assert "Moms i Kassebogen" in told
    assert "25 % 0 % 398,00" in told
