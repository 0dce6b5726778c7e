"""Create these for me: shown before it is made, made in the books, chosen in the settings; without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from connector.core.states import State
from connector.sync.models import ActivityEntry, Integration, SyncJob
from connector.tenancy.scope import scope
from connector.web.setup import creating
from tests.core.orders import a_line
from tests.people import People, signed_in
from tests.web.factories import Setup, a_job, a_shop_order
from tests.web.setup.outside import Browser, Outside, text_of
from tests.web.setup.saving import save, values, versions

MAPPING, NEEDS, CREATE = "finance/mapping/", "needs-you/", "finance/create-items/"
NOTHING = {"shipping@25": "", "shipping@0": "", "fee@25": "", "fee@0": "", "rounding": ""}


@pytest.fixture
def shop(page: Browser, people: People) -> Setup:
    """Settings that choose no item for shipping, fees and rounding."""
    save(page, **{**NOTHING, "missing_product": "stop"})
    with scope(people.nordlys.tenant.pk):
        rows = Integration.objects.select_related("shop", "connection__channel", "settings")
        found = rows.get(shop=people.nordlys.shop)
        return Setup(found.shop, found.connection, found.connection.channel, found, found.settings)


def stopped(shop: Setup, reason: str, number: str = "1", sku: str = "SKU-1", **facts: str) -> None:
    """An order of one product that has stopped."""
    with scope(shop.shop.tenant_id):
        order = a_shop_order(number, lines=(a_line("437.00", sku=sku),))
        told = {**facts, "sku": sku, "order": number}
        a_job(shop, number, State.NEEDS_YOU, reason, order=order, facts=told, closed_at=timezone.now())


def states(shop: Setup) -> dict[str, str]:
    with scope(shop.shop.tenant_id):
        return dict(SyncJob.objects.order_by("pk").values_list("order_number", "state"))


def box(answer: Any) -> str:
    """The form that creates, as HTML; empty where there is none."""
    found = re.findall(r"<form[^>]*finance/create-items/.*?</form>", answer.content.decode(), re.DOTALL)
    return found[0] if found else ""


def offered(answer: Any) -> dict[str, list[str]]:
    """What the form would send as it stands: what is ticked, and the groups that are chosen first."""
    form = box(answer)
    groups = re.findall(r'name="(group:[^"]+)"><option value="([^"]+)"', form)
    several = {name: re.findall(rf'name="{name}" value="([^"]+)"', form) for name in ("item", "job")}
    return {**several, **{name: [value] for name, value in groups}}


def numbers(outside: Outside) -> set[str]:
    return set(outside.agreement.books.products)


# --- the mapping page -------------------------------------------------------------------------------------------------
def test_what_is_missing_is_shown_before_it_is_made(page: Browser, outside: Outside, shop: Setup) -> None:
    before = numbers(outside)
    answer = page.page(MAPPING)
    assert offered(answer)["item"] == ["shipping@25", "shipping@0", "fee@25", "fee@0", "rounding"]
    words = text_of(answer)
    assert "FRAGT-25 Fragt, 25 % moms 25 %" in words
    assert "Opret dem for mig i e-conomic" in words
    assert '<option value="3">3 Fragt og gebyr</option><option value="1">' in box(answer)
    assert numbers(outside) == before


def test_one_button_makes_chooses_and_releases(page: Browser, outside: Outside, people: People, shop: Setup) -> None:
    stopped(shop, "fee-unknown", "1", field="shipping", rate="25")
    stopped(shop, "vat-free-group-missing", "2")
    stopped(shop, "payment-method-unmapped", "3", method_key="60")
    before, count = numbers(outside), len(versions(people))
    answer = page.client.post(f"/s/nordlys/{CREATE}", {"back": "finance-mapping", **offered(page.page(MAPPING))})
    assert answer.url == "/s/nordlys/finance/mapping/"
    # The books have a FRAGT-0 that is just what would be made.
    assert numbers(outside) - before == {"FRAGT-25", "GEBYR-25", "GEBYR-0", "ORE"}
    assert outside.agreement.books.products["FRAGT-25"].data["productGroup"] == 3
    kept = values(people)
    assert [kept[name] for name in ("shipping@25", "shipping@0", "rounding")] == ["FRAGT-25", "FRAGT-0", "ORE"]
    assert len(versions(people)) == count + 1
    assert states(shop) == {"1": "waiting", "2": "waiting", "3": "needs_you"}
    words = text_of(page.page(MAPPING))
    assert "FRAGT-25, GEBYR-25, GEBYR-0, ORE er oprettet i e-conomic. FRAGT-0 fandtes i forvejen" in words
    assert "Gemt. 2 ordrer er på vej." in words
    assert box(page.page(MAPPING)) == ""


def test_only_what_is_ticked_is_made_and_in_the_group_that_was_chosen(
    page: Browser, outside: Outside, shop: Setup
) -> None:
    before = numbers(outside)
    page.send(CREATE, item=["shipping@25"], **{"group:shipping@25": "1"})
    assert numbers(outside) - before == {"FRAGT-25"}
    assert outside.agreement.books.products["FRAGT-25"].data["productGroup"] == 1


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="nothing ticked"),
        pytest.param({"item": "total@25"}, id="not offered"),
        pytest.param({"item": "shipping@25", "group:shipping@25": "2"}, id="a group of other VAT"),
        pytest.param({"item": "shipping@25", "group:shipping@25": "<script>"}, id="no group"),
    ],
)
def test_what_was_not_offered_is_not_made(
    page: Browser, outside: Outside, people: People, shop: Setup, data: dict[str, str]
) -> None:
    before, count = numbers(outside), len(versions(people))
    page.send(CREATE, **data)
    assert "Intet er oprettet." in text_of(page.page(MAPPING))
    assert (numbers(outside), len(versions(people))) == (before, count)


def test_pressing_twice_makes_nothing_twice(page: Browser, outside: Outside, people: People, shop: Setup) -> None:
    sent = offered(page.page(MAPPING))
    page.client.post(f"/s/nordlys/{CREATE}", sent)
    before, count = numbers(outside), len(versions(people))
    page.client.post(f"/s/nordlys/{CREATE}", sent)
    assert (numbers(outside), len(versions(people))) == (before, count)


def test_what_the_books_hinder_is_told_and_can_be_tried_again(
    page: Browser, outside: Outside, people: People, shop: Setup
) -> None:
    outside.books.revoke(outside.agreement.number)
    page.send(CREATE, item=["shipping@25"])
    words = text_of(page.page(MAPPING))
    assert "Adgangen til e-conomic er fjernet" in words
    assert "Ikke oprettet endnu: FRAGT-25." in words
    assert values(people)["shipping@25"] == ""


def test_where_no_group_fits_it_is_said_what_to_do(page: Browser, outside: Outside, shop: Setup) -> None:
    save(page, **NOTHING, rates="25; 12; 0")
    answer = page.page(MAPPING)
    words = text_of(answer)
    assert "Ingen varegruppe i e-conomic giver 12 % moms i momszonen 1 Indland." in words
    assert "Giv den en salgskonto til momszonen 1 Indland, hvis momskode er på 12 %" in words
    assert "shipping@12" not in offered(answer)["item"]
    back = page.client.post("/s/nordlys/finance/fetch/", {"from": "finance-mapping"})
    assert back.url == "/s/nordlys/finance/mapping/"


def test_nothing_is_offered_while_the_books_are_not_connected(page: Browser, shop: Setup) -> None:
    page.send("finance/disconnect/")
    assert box(page.page(MAPPING)) == ""


# --- needs you --------------------------------------------------------------------------------------------------------
def test_the_cause_itself_offers_what_it_lacks(page: Browser, outside: Outside, people: People, shop: Setup) -> None:
    stopped(shop, "fee-unknown", "1", field="fee", rate="25", fee="Gebyr", amount="10.00")
    answer = page.page(NEEDS)
    assert offered(answer)["item"] == ["fee@25"]
    assert "Opret GEBYR-25 i e-conomic" in text_of(answer)
    back = page.client.post(f"/s/nordlys/{CREATE}", {"back": "needs-you", **offered(answer)})
    assert back.url == "/s/nordlys/needs-you/"
    assert values(people)["fee@25"] == "GEBYR-25"
    assert states(shop) == {"1": "waiting"}
    assert "0 af 1 overført" in text_of(page.page(NEEDS))


def test_rounding_without_a_group_that_fits_is_explained_where_it_stops(
    page: Browser, outside: Outside, shop: Setup
) -> None:
    with scope(shop.shop.tenant_id):
        choices = dict(shop.connection.choices)
        choices["rates"] = {group: {"1": "25"} for group in choices["rates"]}
        type(shop.connection).objects.update(choices=choices)
    stopped(shop, "vat-free-group-missing")
    words = text_of(page.page(NEEDS))
    assert "Ingen varegruppe i e-conomic er uden moms i momszonen 1 Indland." in words
    assert "Giv den en salgskonto uden momskode til momszonen 1 Indland." in words
    assert "Hent igen" in words


def test_a_missing_product_is_made_once_and_the_setting_stays(
    page: Browser, outside: Outside, people: People, shop: Setup
) -> None:
    stopped(shop, "product-missing", "1", name="T-shirt", rate="25")
    answer = page.page(NEEDS)
    assert offered(answer)["item"] == ["product:SKU-1"]
    page.client.post(f"/s/nordlys/{CREATE}", {"back": "needs-you", **offered(answer)})
    assert outside.agreement.books.products["SKU-1"].data["name"] == "T-shirt"
    assert (values(people)["missing_product"], states(shop)) == ("stop", {"1": "waiting"})


def test_a_cause_is_mended_however_many_other_orders_lack_products(
    page: Browser, outside: Outside, people: People, shop: Setup
) -> None:
    for number in range(creating.MOST_ORDERS + 1):
        stopped(shop, "product-missing", f"{number}", f"SKU-{number}")
    answer = page.page(NEEDS)
    forms = re.findall(r"<form[^>]*finance/create-items/.*?</form>", answer.content.decode(), re.DOTALL)
    last = next(form for form in forms if "product:SKU-50" in form)
    jobs = re.findall(r'name="job" value="([^"]+)"', last)
    page.send(CREATE, item=["product:SKU-50"], job=jobs)
    assert "SKU-50" in numbers(outside)
    assert states(shop)["50"] == "waiting"


@pytest.mark.parametrize("job", ["", "x", "-1", "9" * 40, "²"])
def test_an_odd_number_of_an_order_is_passed_over(page: Browser, outside: Outside, shop: Setup, job: str) -> None:
    before = numbers(outside)
    assert page.send(CREATE, item=["product:SKU-1"], job=[job]).status_code == 302
    assert numbers(outside) == before


def test_who_did_it_is_written_down(page: Browser, shop: Setup) -> None:
    page.send(CREATE, item=["rounding"])
    with scope(shop.shop.tenant_id):
        entry = ActivityEntry.objects.get(what="items-created")
    assert (entry.who, entry.facts) == ("Anna Berg", {"items": "ORE"})


# --- who may ----------------------------------------------------------------------------------------------------------
def test_a_reader_is_not_offered_it_and_may_not(page: Browser, lis: Browser, outside: Outside, shop: Setup) -> None:
    before = numbers(outside)
    assert box(lis.page(MAPPING)) == ""
    assert lis.send(CREATE, item=["rounding"]).status_code == 403
    assert numbers(outside) == before


def test_a_stranger_finds_nothing(people: People, page: Browser, outside: Outside, shop: Setup) -> None:
    before = numbers(outside)
    assert Browser(signed_in(people.mallory)).send(CREATE, item=["rounding"]).status_code == 404
    assert numbers(outside) == before
