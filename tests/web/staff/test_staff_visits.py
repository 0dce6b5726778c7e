"""Seeing as the customer: read only, for half an hour, with a reason; every page is written down and shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client, override_settings
from django.urls import reverse

from connector.core.states import State
from connector.staff import looks
from connector.staff.models import Look, LookedPage, StaffEntry
from connector.sync.models import ActivityEntry
from connector.tenancy.models import TenantModel, User
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.tenancy.test_every_url import OF_A_SHOP
from tests.web.factories import Setup, a_job
from tests.web.reading import joined
from tests.web.staff.test_staff_log import stine

__all__ = ["stine"]

WHY = "Anna Berg ringede om ordre 10017"
SHOP = "/s/nordlys/"
LOGGED = (Look, LookedPage)


def visit(people: People, stine: User, why: str = WHY) -> Client:
    """A browser in which Stine visits Nordlys."""
    browser = signed_in(stine)
    answer = browser.post(f"/staff/businesses/{people.nordlys.tenant.pk}/", {"shop": "nordlys", "why": why})
    assert answer.status_code in (302, 422)
    return browser


def pages(nordlys: Setup) -> list[tuple[str, int]]:
    with scope(nordlys.shop.tenant_id):
        return list(LookedPage.objects.order_by("pk").values_list("path", "times"))


def everything(nordlys: Setup) -> dict[str, list[dict[str, Any]]]:
    """Every row of Nordlys but the log of visits."""
    models = [model for model in apps.get_models() if issubclass(model, TenantModel) and model not in LOGGED]
    with scope(nordlys.shop.tenant_id):
        return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_without_a_visit_staff_are_strangers(people: People, nordlys: Setup, stine: User) -> None:
    assert signed_in(stine).get(SHOP).status_code == 404


def test_a_visit_shows_the_shop_and_says_so(people: People, nordlys: Setup, stine: User) -> None:
    answer = visit(people, stine).get(SHOP)
    assert answer.status_code == 200
    assert f"/staff/businesses/{people.nordlys.tenant.pk}/end/" in answer.content.decode()
    assert 'href="/s/nordlys/settings/"' not in answer.content.decode()


def test_a_visit_needs_a_reason(people: People, nordlys: Setup, stine: User) -> None:
    browser = visit(people, stine, "  x ")
    assert browser.get(SHOP).status_code == 404
    with scope(nordlys.shop.tenant_id):
        assert not Look.objects.exists()


def test_a_visit_opens_one_business_only(people: People, nordlys: Setup, stine: User) -> None:
    assert visit(people, stine).get("/s/andetsteds/").status_code == 404


@pytest.mark.parametrize("address", OF_A_SHOP, ids=lambda address: address.name)
def test_nothing_can_be_changed_on_a_visit(people: People, nordlys: Setup, stine: User, address: Any) -> None:
    with scope(nordlys.shop.tenant_id):
        job = a_job(nordlys, "10017", State.NEEDS_YOU, "total-off")
    browser = visit(people, stine)
    known = {"slug": "nordlys", "no": "10017", "job_id": str(job.pk), "cause": "total-off", "pk": str(job.pk)}
    path = reverse(address.name, kwargs={name: known.get(name, "1") for name in address.captures})
    before = everything(nordlys)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(browser, method)(path).status_code in (403, 404, 405)
    browser.get(path)
    assert everything(nordlys) == before


def test_every_page_is_written_down(people: People, nordlys: Setup, stine: User) -> None:
    browser = visit(people, stine)
    for path in (SHOP, f"{SHOP}orders/?q=Ida", f"{SHOP}orders/?q=Ida", f"{SHOP}orders/404/"):
        browser.get(path)
    browser.post(f"{SHOP}orders/")
    assert pages(nordlys) == [
        (SHOP, 1),
        (f"{SHOP}orders/?q=Ida", 2),
        (f"{SHOP}orders/404/", 1),
        (f"{SHOP}orders/", 1),
    ]


def test_the_business_sees_who_came_why_and_where(people: People, nordlys: Setup, stine: User) -> None:
    visit(people, stine).get(f"{SHOP}log/")
    for user in (people.anna, people.lis):
        page = joined(signed_in(user).get(f"{SHOP}support-visits/").content.decode())
        assert "Stine Holm, Connector" in page
        assert WHY in page
        assert f"{SHOP}log/" in page
    with scope(nordlys.shop.tenant_id):
        entry = ActivityEntry.objects.get()
    assert (entry.what, entry.who, entry.facts) == ("support-looked", "Stine Holm, Connector", {"why": WHY})
    assert StaffEntry.objects.filter(what="look-begun", business=people.nordlys.tenant.pk).count() == 1


def test_a_visit_is_over_after_half_an_hour(people: People, nordlys: Setup, stine: User) -> None:
    browser = visit(people, stine)
    with scope(nordlys.shop.tenant_id):
        look = Look.objects.get()
        assert look.ends_at - look.begun_at == timedelta(minutes=30)
        Look.objects.update(ends_at=look.begun_at)
    assert browser.get(SHOP).status_code == 404


def test_a_visit_can_be_ended(people: People, nordlys: Setup, stine: User) -> None:
    browser = visit(people, stine)
    browser.post(f"/staff/businesses/{people.nordlys.tenant.pk}/end/")
    assert browser.get(SHOP).status_code == 404


def test_who_is_no_longer_staff_is_out_at_once(people: People, nordlys: Setup, stine: User) -> None:
    browser = visit(people, stine)
    User.objects.filter(pk=stine.pk).update(is_staff=False)
    assert browser.get(SHOP).status_code == 404


def test_nobody_else_rides_on_a_visit(people: People, nordlys: Setup, stine: User) -> None:
    visit(people, stine)
    assert signed_in(people.mallory).get(SHOP).status_code == 404
    assert looks.visit(people.mallory, "nordlys") is None


def test_a_visit_holds_only_at_the_staff_host(people: People, nordlys: Setup, stine: User) -> None:
    browser = visit(people, stine)
    with override_settings(STAFF_HOST="staff.example.dk", ALLOWED_HOSTS=["testserver", "staff.example.dk"]):
        assert browser.get(SHOP).status_code == 404
        assert browser.get(SHOP, headers={"host": "staff.example.dk"}).status_code == 200
