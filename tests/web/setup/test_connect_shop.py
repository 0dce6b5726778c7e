"""Connecting the shop: its key comes back in an address, so most of these tests are about what must not happen."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from connector.lib.http import Answer
from connector.sync import build
from connector.sync.models import Integration
from connector.tenancy.models import Membership, Role
from connector.tenancy.scope import scope
from connector.tenancy.secrets import reveal
from shops.models import Shop
from tests.people import People, make_business, signed_in
from tests.web.setup.fields import filled
from tests.web.setup.outside import Browser, Outside, link_in, query_of, text_of

NOT_MADE = "Forbindelsen blev ikke oprettet"


def shop_of(people: People) -> Shop:
    with scope(people.nordlys.tenant.pk):
        return Shop.objects.get()


def assert_nothing_stored(people: People) -> None:
    shop = shop_of(people)
    assert not shop.is_connected
    assert (shop.kind, shop.platform_id, shop.secret) == ("", "", "")


def hooks(outside: Outside) -> set[str]:
    return {hook.url for hook in outside.shop.hooks.values()}


# --- the way there and back -----------------------------------------------------------------------------------------
def test_the_shop_is_shown_with_name_number_and_time(anna: Browser, outside: Outside, people: People) -> None:
    anna.connect_shop(outside)
    page = text_of(anna.page("settings/shop/"))
    assert "Forbundet med Shoporama" in page
    assert "https://nordlys.example" in page
    assert f"Nummer i Shoporama {outside.shop.webshop_id}" in page
    assert "Shoppen giver os besked om nye ordrer." in page
    assert shop_of(people).is_connected


def test_the_platform_is_reached_by_a_link_with_a_state_of_256_bits(anna: Browser, outside: Outside) -> None:
    page = anna.send("settings/shop/connect/", kind="shoporama")
    assert page.status_code == 200
    asked = query_of(link_in(page))
    assert asked["redirect_uri"] == "http://localhost:8000/connect/shop/shoporama/"
    assert len(asked["state"]) == 43
    assert page["Cache-Control"] == "no-store"


def test_the_platform_is_asked_to_tell_us_of_orders(anna: Browser, outside: Outside, people: People) -> None:
    anna.connect_shop(outside)
    shop = shop_of(people)
    assert hooks(outside) == {f"http://localhost:8000/hooks/{shop.code}/"}
    secrets = {hook.secret for hook in outside.shop.hooks.values()}
    assert set(reveal(shop, "secret")["webhooks"]) == secrets
    assert shop.budget_used > 0, "the platform's calls are metered"


def test_the_whole_address_for_deliveries_is_shown_nowhere(anna: Browser, outside: Outside, people: People) -> None:
    anna.connect_shop(outside)
    code = shop_of(people).code
    for path in ("settings/shop/", "settings/", "settings/systems/", "finance/"):
        assert code not in anna.page(path).content.decode()


def test_the_key_leaves_the_address_at_once_and_nobody_is_told_of_it(
    anna: Browser, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = outside.signed_in(anna.leave_for_shop())
    back = anna.return_from_shop(answer)
    anna.page("settings/shop/subscribe/")
    assert back.status_code == 302
    assert back["Location"] == "/s/nordlys/settings/shop/subscribe/"
    assert back["Referrer-Policy"] == "no-referrer"
    assert back["Cache-Control"] == "no-store"
    told = [back.content.decode(), str(back.headers), caplog.text, anna.page("settings/shop/").content.decode()]
    assert not [place for place in told if answer["token"] in place]
    assert answer["token"] not in str(dict(anna.client.session))


def test_the_key_is_sealed(anna: Browser, outside: Outside, people: People) -> None:
    answer = outside.signed_in(anna.leave_for_shop())
    anna.return_from_shop(answer)
    shop = shop_of(people)
    assert answer["token"] not in shop.secret
    assert reveal(shop, "secret")["token"] == answer["token"]


def test_the_callbacks_own_address_is_ignored(anna: Browser, outside: Outside, people: People) -> None:
    """Its parameter `api_endpoint` is anybody's to choose: only the address of the settings is ever called."""
    anna.connect_shop(outside)
    assert "attacker" not in shop_of(people).secret
    assert "attacker" not in str(reveal(shop_of(people), "secret"))
    assert outside.sent, "the transport knows no other address, and it was used"


# --- what goes wrong ------------------------------------------------------------------------------------------------
def test_a_refusal_changes_nothing(anna: Browser, outside: Outside, people: People) -> None:
    anna.return_from_shop({"state": anna.leave_for_shop()})
    assert NOT_MADE in text_of(anna.page("settings/shop/"))
    assert_nothing_stored(people)


def test_a_strange_state_changes_nothing(anna: Browser, outside: Outside, people: People) -> None:
    anna.leave_for_shop()
    back = anna.return_from_shop(outside.signed_in("0" * 43))
    assert back["Location"] == "/"
    assert_nothing_stored(people)


def test_a_missing_state_changes_nothing(anna: Browser, outside: Outside, people: People) -> None:
    anna.leave_for_shop()
    anna.return_from_shop(outside.signed_in(""))
    assert_nothing_stored(people)


def test_after_ten_minutes_it_is_too_late(anna: Browser, outside: Outside, people: People) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        state = anna.leave_for_shop()
        clock.shift(timedelta(minutes=10, seconds=1))
        anna.return_from_shop(outside.signed_in(state))
        assert NOT_MADE in text_of(anna.page("settings/shop/"))
    assert_nothing_stored(people)


def test_a_replay_with_another_key_changes_nothing(anna: Browser, outside: Outside, people: People) -> None:
    state = anna.leave_for_shop()
    anna.return_from_shop(outside.signed_in(state))
    kept = shop_of(people).secret
    again = anna.return_from_shop(outside.signed_in(state, outside.platform.new_shop("fremmed.dk")))
    assert again["Location"] == "/s/nordlys/settings/shop/"
    assert shop_of(people).secret == kept


def test_another_browser_or_user_or_tenant_stores_nothing(anna: Browser, outside: Outside, people: People) -> None:
    state = anna.leave_for_shop()
    strangers = (Browser(signed_in(user)) for user in (people.anna, people.bo, people.lis, people.mallory))
    for stranger in strangers:
        assert stranger.return_from_shop(outside.signed_in(state))["Location"] == "/"
    assert_nothing_stored(people)
    with scope(people.elsewhere.tenant.pk):
        assert not Shop.objects.get().is_connected


def test_a_state_of_the_books_is_none_of_the_shops(anna: Browser, outside: Outside, people: People) -> None:
    anna.choose_system()
    state = anna.leave_for_books().rstrip("/").rpartition("/")[2]
    anna.return_from_shop(outside.signed_in(state))
    assert_nothing_stored(people)


def test_another_kind_of_shop_is_not_found(anna: Browser, outside: Outside) -> None:
    assert anna.client.get("/connect/shop/no-such/", {"state": anna.leave_for_shop()}).status_code == 404
    assert anna.send("settings/shop/connect/", kind="no-such").status_code == 422


def test_a_reader_cannot_begin(lis: Browser, people: People) -> None:
    page = lis.page("settings/shop/")
    assert page.status_code == 200
    assert "Forbind shop</button>" not in page.content.decode()
    assert lis.send("settings/shop/connect/", kind="shoporama").status_code == 403


@pytest.mark.parametrize("role", [Role.READER, None])
def test_whoever_may_not_change_any_more_stores_nothing(
    anna: Browser, outside: Outside, people: People, role: Role | None
) -> None:
    state = anna.leave_for_shop()
    with scope(people.nordlys.tenant.pk):
        mine = Membership.objects.filter(user=people.anna)
        mine.update(role=role) if role else mine.delete()
    anna.return_from_shop(outside.signed_in(state))
    assert_nothing_stored(people)


def test_whoever_is_signed_out_is_not_led_back_with_the_key(anna: Browser, outside: Outside, people: People) -> None:
    answer = outside.signed_in(anna.leave_for_shop())
    anna.client.logout()
    assert anna.return_from_shop(answer)["Location"] == "/sign-in/"
    assert_nothing_stored(people)


# --- the same shop twice, another shop ------------------------------------------------------------------------------
def test_a_shop_that_is_active_elsewhere_is_refused_plainly(anna: Browser, outside: Outside, people: People) -> None:
    mallory = Browser(signed_in(people.mallory), "andetsteds")
    mallory.connect_shop(outside)
    anna.return_from_shop(outside.signed_in(anna.leave_for_shop()))
    page = text_of(anna.page("settings/shop/"))
    assert "er allerede" in page
    assert "Andetsteds" not in page, "whose it is, is none of Anna's business"
    assert_nothing_stored(people)


def test_one_of_our_shops_never_becomes_another_of_theirs(anna: Browser, outside: Outside, people: People) -> None:
    anna.connect_shop(outside)
    kept = shop_of(people).secret
    other = outside.platform.new_shop("soegaard.dk")
    anna.return_from_shop(outside.signed_in(anna.leave_for_shop(), other, shop_url="https://soegaard.example"))
    assert "Det er en anden shop end før" in text_of(anna.page("settings/shop/"))
    assert shop_of(people).secret == kept


def test_connecting_again_takes_the_new_key_and_keeps_the_webhooks(
    anna: Browser, outside: Outside, people: People
) -> None:
    anna.connect_shop(outside)
    answer = outside.signed_in(anna.leave_for_shop())
    anna.return_from_shop(answer)
    secret = reveal(shop_of(people), "secret")
    assert secret["token"] == answer["token"]
    assert secret["webhooks"]


# --- where the way goes on ------------------------------------------------------------------------------------------
SUBSCRIBE, TAB = "settings/shop/subscribe/", "/s/nordlys/settings/shop/"


def _come_back(anna: Browser, outside: Outside, **more: str) -> str:
    anna.return_from_shop(outside.signed_in(anna.leave_for_shop(), **more))
    return str(anna.page(SUBSCRIBE)["Location"])


def test_from_the_platform_the_way_goes_on_to_the_next_step(anna: Browser, outside: Outside) -> None:
    assert _come_back(anna, outside) == "/s/nordlys/settings/systems/"
    assert "Shoppen er forbundet og giver os besked om nye ordrer." in text_of(anna.page("settings/systems/"))
    anna.choose_system()
    assert _come_back(anna, outside) == "/s/nordlys/finance/connect/"
    anna.connect_books(outside)
    assert _come_back(anna, outside) == "/s/nordlys/finance/"


def test_with_the_settings_saved_the_way_back_ends_at_the_tab(anna: Browser, outside: Outside, people: People) -> None:
    anna.connect_books(outside)
    anna.send("finance/", **filled(anna.page("finance/")) | {"missing_product": "create", "then": "edit"})
    with scope(people.nordlys.tenant.pk):
        assert Integration.objects.get().settings_id
    assert _come_back(anna, outside) == TAB


def test_a_right_that_is_missing_is_told_where_it_is_mended(anna: Browser, outside: Outside) -> None:
    assert _come_back(anna, outside, access_level="read") == TAB
    assert "Vores nøgle til nordlys.dk mangler en rettighed" in text_of(anna.page("settings/shop/"))


# --- webhooks that cannot be registered -----------------------------------------------------------------------------
def test_a_platform_that_does_not_answer_leaves_a_button(
    anna: Browser, outside: Outside, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as down:
        down.setattr(build, "network", lambda: lambda *_: Answer(503, {}, b""))
        anna.connect_shop(outside)
    page = text_of(anna.page("settings/shop/"))
    assert "Shoppen giver os ikke besked om nye ordrer endnu" in page
    assert "Prøv igen" in page
    assert shop_of(people).is_connected, "the key is good; orders are polled meanwhile"
    anna.send("settings/shop/subscribe/")
    assert hooks(outside)
    assert "Prøv igen" not in text_of(anna.page("settings/shop/"))


def test_a_key_that_may_only_read_is_told(anna: Browser, outside: Outside, people: People) -> None:
    answer = outside.signed_in(anna.leave_for_shop(), access_level="read")
    anna.return_from_shop(answer)
    assert "Vores nøgle til nordlys.dk mangler en rettighed" in text_of(anna.page("settings/shop/"))
    assert shop_of(people).is_connected


def test_a_bookkeeper_may_connect(outside: Outside, people: People) -> None:
    bo = Browser(signed_in(people.bo))
    bo.connect_shop(outside)
    assert shop_of(people).is_connected


def test_a_shop_without_a_business_connects_on_its_own(outside: Outside, people: People) -> None:
    make_business("Anna Privat", "anna-privat", {people.anna: Role.OWNER})
    other = Browser(signed_in(people.anna), "anna-privat")
    other.connect_shop(outside)
    assert_nothing_stored(people)
