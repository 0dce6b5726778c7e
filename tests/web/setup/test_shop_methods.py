"""Varer, gebyrer og betalingsmåder: "Hent igen" shows at once what the shop offers now."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync import clock, methods
from tests.people import People
from tests.web.setup.outside import Browser, Outside, text_of
from tests.web.setup.saving import save

MAPPING, FETCH = "finance/mapping/", "finance/mapping/fetch/"


@pytest.fixture
def owner(page: Browser, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Anna, with the shop and the books connected, the settings saved and the methods asked for once."""
    monkeypatch.setattr(clock, "now", outside.now)
    page.connect_shop(outside)
    save(page)
    page.send(FETCH)
    page.page(MAPPING)
    return page


def asked(outside: Outside) -> int:
    return sum(path.endswith("/payment-gateway") for _method, path in outside.sent)


def test_what_the_shop_offers_is_shown_before_any_order_uses_it(owner: Browser) -> None:
    seen = text_of(owner.page(MAPPING))
    assert "EAN-faktura" in seen
    assert "Shoppen blev spurgt om sine betalings- og leveringsmåder" in seen


def test_a_number_that_changed_is_offered_as_one_click_before_an_order_fails(owner: Browser, outside: Outside) -> None:
    outside.shop.set_gateway("MobilePay", 60)
    outside.now.move(60)
    assert owner.send(FETCH).status_code == 302
    seen = text_of(owner.page(MAPPING))
    assert "Hentet igen fra Shoporama." in seen
    assert "fra 2 til 60" in seen
    assert "Ja, det er den samme" in seen


def test_pressing_twice_asks_once(owner: Browser, outside: Outside) -> None:
    before = asked(outside)
    owner.send(FETCH)
    assert asked(outside) == before
    outside.now.move(6)
    owner.send(FETCH)
    assert asked(outside) == before + 1


def test_a_shop_that_refuses_is_said_and_the_list_stays(owner: Browser, outside: Outside) -> None:
    outside.shop.keys.clear()
    outside.now.move(60)
    owner.send(FETCH)
    seen = text_of(owner.page(MAPPING))
    assert "Hentet igen" not in seen
    assert "EAN-faktura" in seen
    assert "afviste vores nøgle" in seen


def test_a_reader_has_no_button_and_may_not_ask(owner: Browser, lis: Browser, outside: Outside) -> None:
    before = asked(outside)
    assert "Hent igen" not in text_of(lis.page(MAPPING))
    assert lis.send(FETCH).status_code == 403
    assert asked(outside) == before


def test_a_shop_that_is_not_connected_is_not_asked(page: Browser, outside: Outside, people: People) -> None:
    save(page)
    assert page.send(FETCH).status_code == 302
    assert asked(outside) == 0
    assert "Hent igen" not in text_of(page.page(MAPPING))


def test_what_is_asked_at_once_need_not_be_asked_tonight(owner: Browser, outside: Outside, people: People) -> None:
    shop: Any = people.nordlys.shop
    assert not methods.refresh(shop.tenant_id, shop.pk, outside.transport)
    outside.now.move(86_400 + 1)
    assert methods.refresh(shop.tenant_id, shop.pk, outside.transport)
