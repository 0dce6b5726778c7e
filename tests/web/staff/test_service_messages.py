"""Service messages: whom they reach, in which language, until when; and that one banner at most is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounting.models import Connection
from connector.core.states import State
from connector.staff.models import ServiceMessage
from connector.sync.models import Channel
from connector.tenancy.models import User
from connector.tenancy.scope import scope
from shops.models import Shop
from tests.people import People, signed_in
from tests.web.factories import Setup, a_job
from tests.web.reading import joined
from tests.web.staff.test_staff_log import stine

__all__ = ["stine"]

PAGE = "/staff/messages/"
TEXTS = {"da": "Vi bygger om i nat.", "nb": "Vi bygger om i natt.", "en": "We rebuild tonight."}
FORM = {**TEXTS, "audience": "everybody", "about": "", "starts_at": "2026-01-01T08:00", "ends_at": "2099-01-01T08:00"}


def written(**more: Any) -> ServiceMessage:
    now = timezone.now()
    usual = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1), "made_by": "Stine Holm"}
    return ServiceMessage.objects.create(**{**TEXTS, **usual, **more})


def banner(user: User) -> str:
    """The banner of the shop's page; empty when there is none. Never more than one."""
    page = joined(signed_in(user).get("/s/nordlys/").content.decode())
    found = page.split('class="box banner ')[1:]
    assert len(found) <= 1
    return found[0].split("</aside>")[0] if found else ""


def test_a_message_is_written_and_ended(people: People, nordlys: Setup, stine: User) -> None:
    browser = signed_in(stine)
    assert browser.post(PAGE, FORM).status_code == 302
    made = ServiceMessage.objects.get()
    assert made.made_by == "Stine Holm"
    assert TEXTS["da"] in banner(people.anna)
    browser.post(f"{PAGE}{made.pk}/end/")
    assert banner(people.anna) == ""


@pytest.mark.parametrize(
    "wrong",
    [{"nb": ""}, {"ends_at": "2025-01-01T08:00"}, {"audience": "provider", "about": "visma"}, {"audience": "x"}],
    ids=["no-norwegian", "ends-before", "no-such-provider", "no-such-audience"],
)
def test_a_message_that_makes_no_sense_is_not_saved(stine: User, wrong: dict[str, str]) -> None:
    answer = signed_in(stine).post(PAGE, FORM | wrong)
    assert answer.status_code == 422
    assert TEXTS["da"] in answer.content.decode()
    assert not ServiceMessage.objects.exists()


@pytest.mark.parametrize("language", ["da", "nb", "en"])
def test_everybody_reads_it_in_their_own_language(people: People, nordlys: Setup, language: str) -> None:
    written()
    User.objects.filter(pk=people.lis.pk).update(language=language)
    people.lis.refresh_from_db()
    assert TEXTS[language] in banner(people.lis)


@pytest.mark.parametrize(
    ("audience", "about", "is_shown"),
    [
        ("everybody", "", True),
        ("provider", "economic", True),
        ("provider", "dinero", False),
        ("shop", "shoporama", True),
        ("shop", "shopify", False),
        ("reason", "product-missing", True),
        ("reason", "fee-unknown", False),
        ("reason", "vat-mismatch", False),
    ],
)
def test_only_those_concerned_see_it(people: People, nordlys: Setup, audience: str, about: str, is_shown: bool) -> None:
    with scope(nordlys.shop.tenant_id):
        a_job(nordlys, "1", State.NEEDS_YOU, "product-missing")
        a_job(nordlys, "2", State.DONE, "vat-mismatch")
    written(audience=audience, about=about)
    assert (TEXTS["da"] in banner(people.anna)) is is_shown


def test_it_is_shown_in_its_time_alone(people: People, nordlys: Setup) -> None:
    now = timezone.now()
    written(starts_at=now + timedelta(minutes=5))
    written(ends_at=now - timedelta(minutes=5))
    assert banner(people.anna) == ""


def test_the_worst_truth_is_the_one_that_is_shown(people: People, nordlys: Setup) -> None:
    """Made worse step by step: each truth hides the milder ones."""
    now = timezone.now()
    told = [banner(people.anna)]
    written()
    told.append(banner(people.anna))
    with scope(nordlys.shop.tenant_id):
        Channel.objects.update(next_at=now - timedelta(minutes=11))
    told.append(banner(people.anna))
    with scope(nordlys.shop.tenant_id):
        Channel.objects.update(pause_reason="provider-down", paused_until=now + timedelta(minutes=5))
    told.append(banner(people.anna))
    with scope(nordlys.shop.tenant_id):
        Connection.objects.update(status=Connection.Status.REVOKED)
    told.append(banner(people.anna))
    expected = ["", "Besked fra Connector", "Overførslerne står stille", "e-conomic svarer ikke", "danger"]
    for words, shown in zip(expected, told, strict=True):
        assert words in shown
    assert len(set(told)) == 5


def test_a_shop_that_is_not_asked_in_time_stands_still(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        Shop.objects.update(next_poll_at=timezone.now() - timedelta(minutes=9))
        assert banner(people.anna) == ""
        Shop.objects.update(next_poll_at=timezone.now() - timedelta(minutes=11))
    assert "Overførslerne står stille" in banner(people.anna)


def test_the_log_leads_to_a_message_for_those_hit(stine: User) -> None:
    page = signed_in(stine).get(PAGE, {"reason": "product-missing"}).content.decode()
    assert 'value="reason" selected' in page
    assert 'value="product-missing"' in page
