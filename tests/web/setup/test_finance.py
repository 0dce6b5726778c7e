"""The page Økonomisystem: proposals, what is required when, versions, and two people at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounting.models import Connection
from connector.sync.models import ActivityEntry, Integration, SettingsVersion, SyncJob
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.setup.fields import filled, options
from tests.web.setup.outside import Browser, Outside, text_of
from tests.web.setup.saving import form_of, save, values, versions

SUMMARY = "før du kan gemme"


# --- proposals ------------------------------------------------------------------------------------------------------
def test_the_settings_are_filled_from_the_agreement(page: Browser) -> None:
    form = form_of(page)
    assert form["account"] == "5825"
    assert form["gift_card_account"] == "6850"
    assert form["shipping@25"] == "FRAGT"
    assert form["shipping@0"] == "FRAGT-0"
    assert form["rounding"] == "ØRE"
    assert form["zone_domestic"] == "1"
    assert form["trigger"] == "shipment"
    assert "booking" not in form, "booking is off for a new shop"
    assert "Intet er gemt endnu" in text_of(page.page("finance/"))


def test_the_proposals_can_be_saved_as_they_are(page: Browser, people: People) -> None:
    answer = save(page)
    assert answer["Location"] == "/s/nordlys/finance/"
    assert "Gemt som version 1." in text_of(page.page("finance/"))
    assert values(people)["account"] == "5825"
    assert values(people)["booking"] == "off"
    assert values(people)["start_at"].startswith("20"), "the start is now unless somebody says otherwise"


def test_what_is_all_chosen_stands_folded(page: Browser) -> None:
    folded = '<details class="folded"><summary><strong>Varer</strong>'
    assert folded in page.page("finance/").content.decode()
    refused = save(page, **{"missing_product": "create", "product_group@25": ""}).content.decode()
    assert "<strong>Varer</strong>" not in refused
    assert "<legend>Varer</legend>" in refused


# --- the way there ---------------------------------------------------------------------------------------------------
def step(page: Browser) -> str:
    """The step of the way that the page marks; empty where there is no way left."""
    return "".join(re.findall(r'<li aria-current="step">([^<]+)', page.page("finance/").content.decode()))


def test_the_page_says_what_comes_next(page: Browser, people: People) -> None:
    assert step(page) == "Sæt op"
    told = text_of(page.page("finance/"))
    assert told.index("Intet er gemt endnu") < told.index("Bogføringskonto"), "at the top"
    save(page, trigger="payment")
    assert step(page) == "Sæt op"
    told = text_of(page.page("finance/"))
    assert ("Intet er gemt endnu" in told, "Næste skridt: prøv med en ordre" in told) == (False, True)
    with scope(people.nordlys.tenant.pk):
        Integration.objects.update(first_checked_at=timezone.now())
    told = text_of(page.page("finance/"))
    assert (step(page), "prøv med en ordre" in told, "Intet er gemt endnu" in told) == ("", False, False)


def test_the_page_leads_to_the_first_order_while_that_one_waits(page: Browser, people: People) -> None:
    save(page)
    with scope(people.nordlys.tenant.pk):
        integration = Integration.objects.get()
        job = SyncJob.objects.create(
            tenant=people.nordlys.tenant, shop=people.nordlys.shop, key="k", order_id="7", order_number="10001"
        )
        Integration.objects.filter(pk=integration.pk).update(first_job=job)
    html = page.page("finance/").content.decode()
    assert "Den første ordre venter på dit ja" in html
    assert '<a href="/s/nordlys/orders/10001/">Se den første ordre, 10001</a>' in html


def test_save_leaves_for_the_overview(page: Browser) -> None:
    assert page.send("finance/", **form_of(page), then="done")["Location"] == "/s/nordlys/"


# --- versions -------------------------------------------------------------------------------------------------------
def test_every_save_is_a_new_version_that_says_who(page: Browser, people: People) -> None:
    save(page)
    save(page, trigger="payment")
    found = versions(people)
    assert [version.number for version in found] == [1, 2]
    assert found[0].values["trigger"] == "shipment", "an old version is never changed"
    assert found[1].values["trigger"] == "payment"
    assert found[1].saved_by == "Anna Berg"
    assert "Version 2, gemt kl." in text_of(page.page("finance/"))
    with scope(people.nordlys.tenant.pk):
        assert Integration.objects.get().settings_id == found[1].pk
        assert ActivityEntry.objects.filter(what="settings-saved").count() == 2


def test_a_stale_page_is_refused_and_shows_the_difference(page: Browser, people: People) -> None:
    save(page)
    stale = form_of(page, trigger="payment", then="edit")
    save(Browser(signed_in(people.bo)), terms="2")
    answer = page.send("finance/", **stale)
    assert answer.status_code == 409
    told = text_of(answer)
    assert "Bo Lund gemte kl." in told
    assert "Betalingsbetingelser 2 Netto 14 dage 1 Netto 8 dage" in told
    assert "Hvornår ordrer overføres ved afsendelse ved betaling" in told
    assert len(versions(people)) == 2
    # What was typed is kept, and a second press is a decision.
    again = page.send("finance/", **filled(answer), then="edit")
    assert again.status_code == 302
    assert values(people)["trigger"] == "payment"
    assert values(people)["terms"] == "1"


def test_of_two_who_save_at_once_the_second_sees_the_firsts_version(page: Browser, people: People) -> None:
    browsers = [Browser(signed_in(user)) for user in (people.anna, people.bo)]
    forms = [form_of(browser, then="edit", terms=terms) for browser, terms in zip(browsers, "12", strict=True)]
    together = Barrier(2)

    def send(place: int) -> int:
        together.wait()
        try:
            return int(browsers[place].send("finance/", **forms[place]).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2))) == [302, 409]
    assert len(versions(people)) == 1


def test_settings_that_the_page_does_not_show_are_kept(page: Browser, people: People) -> None:
    hidden = {"heading_prefix": "Webordre", "oss_from": "2026-07-01", "zone_eu_consumer@FI": "5"}
    save(page)
    with scope(people.nordlys.tenant.pk):
        row = SettingsVersion.objects.get()
        SettingsVersion.objects.filter(pk=row.pk).update(values={**row.values, **hidden})
    save(page, trigger="payment")
    assert hidden.items() <= values(people).items()


# --- what is required when ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "empty", "title"),
    [
        ({}, "layout", "Fakturalayout"),
        ({}, "terms", "Betalingsbetingelser"),
        ({}, "customer_group", "Kundegruppe"),
        ({}, "zone_domestic", "Momszone til indenlandsk salg"),
        ({}, "zone_abroad", "Momszone til salg til udlandet uden moms"),
        ({}, "start_at", "Startdato"),
        ({}, "rates", "Momssatser i shoppen"),
        ({"settle": "journal"}, "journal", "Kassekladde"),
        ({"settle": "journal"}, "account", "Bogføringskonto"),
        ({"gift_card": "line"}, "gift_card@25", "Vare til gavekort, 25 %"),
        ({"missing_product": "create"}, "product_group@25", "Varegruppe til nye varer, 25 %"),
        ({"missing_product": "default"}, "default@0", "Standardvare, 0 %"),
        ({"product_layout": "total"}, "total@0", "Vare til totallinjer, 0 %"),
        ({"customers": "(off)"}, "collective", "Samlekunde"),
    ],
)
def test_each_field_is_required_when_it_is_needed(
    page: Browser, people: People, changes: dict[str, str], empty: str, title: str
) -> None:
    answer = save(page, **changes, **{empty: ""})
    assert answer.status_code == 422
    told = text_of(answer)
    assert SUMMARY in told
    assert f"{title}: " in told, "in the summary"
    assert f'id="id_{empty}_error"' in answer.content.decode(), "and at the field"
    assert "Fejl: Økonomisystem" in told
    assert f'href="#id_{empty}"' in answer.content.decode()
    assert versions(people) == []


@pytest.mark.parametrize(
    ("changes", "empty"),
    [
        ({"settle": "open"}, "journal"),
        ({"settle": "open"}, "account"),
        ({"gift_card": "payment"}, "gift_card_account"),
        ({"missing_product": "stop"}, "product_group@25"),
        ({"missing_product": "stop"}, "default@25"),
        ({"product_layout": "single"}, "total@25"),
        ({}, "collective"),
        ({}, "shipping@0"),
        ({}, "rounding"),
    ],
)
def test_what_is_not_needed_may_stay_empty(page: Browser, people: People, changes: dict[str, str], empty: str) -> None:
    assert save(page, **changes, **{empty: ""}).status_code == 302
    assert values(people)[empty] == ""


def test_what_was_typed_is_kept_beside_the_error(page: Browser) -> None:
    answer = save(page, layout="", terms="2", trigger="payment", collective="77")
    kept = filled(answer)
    assert (kept["terms"], kept["trigger"], kept["collective"]) == ("2", "payment", "77")


def test_the_number_of_errors_is_counted_in_words(page: Browser) -> None:
    assert "Ret 2 ting, før du kan gemme" in text_of(save(page, layout="", terms=""))


def test_a_choice_that_is_gone_is_told_and_still_shown(page: Browser, outside: Outside, people: People) -> None:
    save(page, layout="21")
    outside.agreement.books.master.layouts.pop(21)
    page.send("finance/fetch/")
    assert "21" in options(page.page("finance/"), "layout")
    answer = save(page)
    assert answer.status_code == 422
    assert "findes ikke længere i e-conomic. Vælg igen." in text_of(answer)


def test_saved_values_are_shown_when_the_list_could_not_be_loaded(page: Browser, people: People) -> None:
    save(page)
    with scope(people.nordlys.tenant.pk):
        row = Connection.objects.get()
        Connection.objects.update(choices={**row.choices, "lists": {}})
    assert form_of(page)["account"] == "5825"
    assert save(page, trigger="payment").status_code == 302


# --- who may --------------------------------------------------------------------------------------------------------
def test_a_reader_sees_everything_and_changes_nothing(page: Browser, lis: Browser, people: People) -> None:
    save(page)
    seen = lis.page("finance/")
    assert seen.status_code == 200
    assert '<fieldset class="stack" disabled>' in seen.content.decode()
    assert "Gem og rediger videre" not in text_of(seen)
    assert lis.send("finance/", **form_of(page), then="edit").status_code == 403
    assert len(versions(people)) == 1


def test_the_settings_stay_readable_while_the_connection_is_gone(page: Browser) -> None:
    save(page)
    page.send("finance/disconnect/")
    told = text_of(page.page("finance/"))
    assert "Der er ingen forbindelse til e-conomic" in told
    assert "Bogføringskonto" in told


def test_the_links_of_stopped_orders_lead_to_their_fields(page: Browser) -> None:
    text = page.page("finance/").content.decode()
    for place in ("products", "fees", "payments"):
        assert f'<fieldset class="group" id="{place}">' in text


def test_no_page_names_a_provider_in_its_template(page: Browser) -> None:
    from django.conf import settings as project

    folder = project.BASE_DIR / "templates" / "setup"
    sources = [file.read_text() for file in folder.rglob("*.html")]
    sources += [file.read_text() for file in (project.BASE_DIR / "connector" / "web" / "setup").glob("*.py")]
    assert len(sources) > 20
    for name in ("economic", "e-conomic", "dinero", "billy"):
        assert not [text for text in sources if name in text.lower()], name


def test_the_page_asks_a_fixed_number_of_questions(page: Browser, django_assert_max_num_queries: Any) -> None:
    save(page)
    with django_assert_max_num_queries(30):
        page.page("finance/")
