"""Who is told what, and when: nothing twice, nothing that is over, and never a storm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from connector.notices import watching
from connector.notices.models import Choice, Kind, Mail
from connector.sync.models import InboxEvent
from connector.tenancy.models import Membership, Role
from connector.tenancy.scope import scope
from shops.models import Shop
from tests.notices.conftest import FRIDAY, House, to
from tests.sync.side_by_side import at_once

pytestmark = pytest.mark.engine
BOTH = ["anna@example.dk", "bo@example.dk"]


def choose(house: House, **off: bool) -> None:
    with house.scope():
        Choice.objects.create(tenant=house.people.nordlys.tenant, shop=house.setup.shop, user=house.people.anna, **off)


# --- orders that stop -----------------------------------------------------------------------------------------------
def test_a_shop_without_news_is_left_alone(house: House) -> None:
    for _ in range(4):
        house.morning()
        assert house.look() == []
    assert house.mails() == []


def test_the_first_stop_in_a_week_is_told_at_once_to_those_who_can_fix_it(house: House) -> None:
    house.stop("10020")
    sent = house.look()
    assert to(sent) == BOTH, "the reader of the books, and other businesses, are told nothing"
    assert sent[0].subject == "1 ordre har brug for dig (nordlys.dk)"
    assert house.look() == []


def test_the_next_stops_wait_for_the_morning(house: House) -> None:
    house.stop("10020")
    house.look()
    house.move(hours=2)
    house.stop("10021")
    assert house.look() == []
    house.morning()
    sent = house.look()
    assert to(sent) == BOTH
    assert sent[0].subject == "2 ordrer har brug for dig (nordlys.dk)"
    house.morning()
    assert house.look() == [], "nothing new"


def test_a_stop_after_a_quiet_week_is_told_at_once_again(house: House) -> None:
    house.fix(house.stop("10020"))
    job = house.stop("10021")
    assert to(house.look()) == BOTH
    house.fix(job)
    house.move(days=6)
    house.look()
    house.fix(house.stop("10022"))
    house.look()
    assert len(mail.outbox) == 2
    house.move(days=7, minutes=1)
    house.stop("10023")
    assert to(house.look()) == BOTH


def test_what_was_told_at_once_is_not_told_again_in_the_morning(house: House) -> None:
    house.stop("10020")
    house.look()
    house.morning()
    assert house.look() == []


def test_the_same_order_that_stops_again_for_the_same_is_no_news(house: House) -> None:
    job = house.stop("10020")
    house.look()
    with house.scope():
        type(job).objects.filter(pk=job.pk).update(closed_at=house.at + timedelta(hours=3))
    house.morning()
    assert house.look() == []


def test_whoever_wants_only_the_mornings_mail_gets_that(house: House) -> None:
    choose(house, stop=False)
    house.stop("10020")
    assert to(house.look()) == ["bo@example.dk"]
    house.morning()
    assert to(house.look()) == ["anna@example.dk"]


def test_whoever_wants_nothing_gets_nothing(house: House) -> None:
    choose(house, stop=False, digest=False, silent=False)
    house.stop("10020")
    house.look()
    house.morning()
    house.look()
    assert "anna@example.dk" not in to(mail.outbox)


def test_what_is_fixed_before_it_is_told_is_not_told(house: House) -> None:
    choose(house, stop=False)
    job = house.stop("10020")
    house.look()
    house.fix(job)
    house.morning()
    assert house.look() == []


def test_a_mail_that_is_fixed_while_it_waits_is_moot(house: House) -> None:
    job = house.stop("10020")
    watching.look(house.setup.shop.tenant_id, house.setup.shop.pk, house.at)
    house.fix(job)
    assert house.look() == []
    assert {one.status for one in house.mails()} == {Mail.Status.MOOT}


def test_whoever_has_left_is_not_told(house: House) -> None:
    house.stop("10020")
    watching.look(house.setup.shop.tenant_id, house.setup.shop.pk, house.at)
    with house.scope():
        Membership.objects.filter(user=house.people.bo).update(role=Role.READER)
    assert to(house.look()) == ["anna@example.dk"]


def test_the_morning_is_caught_up_with_until_the_evening(house: House) -> None:
    house.stop("10020")
    house.look()
    house.stop("10021")
    house.look()
    house.at = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
    assert to(house.look()) == BOTH
    house.stop("10022")
    house.at = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert house.look() == [], "nobody is mailed at nine in the evening for the morning"
    house.morning()
    assert to(house.look()) == BOTH


@pytest.mark.parametrize(
    ("now", "following"),
    [
        (datetime(2026, 11, 20, 6, 59, tzinfo=UTC), datetime(2026, 11, 20, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 20, 7, 0, tzinfo=UTC), datetime(2026, 11, 21, 7, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 6, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, 0, tzinfo=UTC)),
    ],
    ids=["before", "at", "summer-begins", "summer-ends"],
)
@pytest.mark.unit
def test_eight_is_copenhagens(now: datetime, following: datetime) -> None:
    assert watching._next_morning(now).astimezone(UTC) == following


# --- connections ----------------------------------------------------------------------------------------------------
def test_a_lost_connection_is_told_at_once_and_after_one_and_three_days(house: House) -> None:
    house.lose()
    sent = house.look()
    assert to(sent) == BOTH
    assert sent[0].subject == "Forbindelsen til e-conomic er afbrudt (nordlys.dk)"
    told: dict[int, list[str]] = {}
    for hour in range(1, 24 * 5):
        house.move(hours=1)
        if again := house.look():
            told[hour] = to(again)
    assert told == {24: BOTH, 72: [*BOTH, "support@connector.example"]}


def test_after_a_downtime_only_the_last_reminder_is_sent(house: House) -> None:
    house.lose()
    house.look()
    house.move(days=4)
    assert to(house.look()) == [*BOTH, "support@connector.example"]


def test_a_connection_that_is_back_is_told_of_no_more(house: House) -> None:
    house.lose()
    house.look()
    house.lose("connected")
    for _ in range(100):
        house.move(hours=1)
        assert house.look() == []
    house.lose()
    assert to(house.look()) == BOTH


def test_a_connection_that_comes_and_goes_is_told_once_a_day(house: House) -> None:
    for _ in range(5):
        house.lose()
        house.look()
        house.lose("connected")
        house.look()
        house.move(minutes=20)
    assert to(mail.outbox) == BOTH


def test_a_loss_that_was_over_before_it_was_told_is_told_when_it_comes_back(house: House) -> None:
    ids = (house.setup.shop.tenant_id, house.setup.shop.pk)
    house.lose()
    watching.look(*ids, house.at)
    house.lose("connected")
    watching.look(*ids, house.at)
    assert house.look() == []
    house.lose()
    assert to(house.look()) == BOTH


def test_the_mail_about_a_lost_connection_cannot_be_switched_off(house: House) -> None:
    choose(house, stop=False, digest=False, silent=False)
    house.lose()
    assert "anna@example.dk" in to(house.look())


def test_orders_that_stop_with_the_connection_are_no_mail_of_their_own(house: House) -> None:
    house.lose()
    house.stop("10020", "connection-revoked")
    assert [one.kind for one in house.mails()] == []
    house.look()
    house.morning()
    house.look()
    assert {one.kind for one in house.mails()} == {Kind.LOST}


def test_a_stop_on_the_day_of_a_lost_connection_waits_for_the_morning(house: House) -> None:
    house.lose()
    house.look()
    house.stop("10020")
    assert house.look() == []
    house.morning()
    assert any("har brug for dig" in one.subject for one in house.look())


def test_two_shops_with_one_connection_are_told_once(house: House) -> None:
    with house.scope():
        tie, tenant = house.setup.integration, house.people.nordlys.tenant
        shop = Shop.objects.create(tenant=tenant, slug="nordlys-2", name="nordlys-2.dk")
        type(tie).objects.create(tenant=tenant, shop=shop, connection=house.setup.connection)
    house.look()
    house.lose()
    assert to(house.look()) == BOTH


def test_a_shop_that_refuses_our_key_is_told(house: House) -> None:
    with house.scope():
        Shop.objects.filter(pk=house.setup.shop.pk).update(trouble="shop-key-refused")
    sent = house.look()
    assert to(sent) == BOTH
    assert sent[0].subject == "Forbindelsen til nordlys.dk er afbrudt"


# --- the silent shop ------------------------------------------------------------------------------------------------
def hear(house: House, days: int = 10) -> None:
    """Something every ten minutes from nine to five, until noon today."""
    rows = []
    for back in range(days + 1):
        day = house.at - timedelta(days=back)
        for minute in range(0, 8 * 60, 10):
            moment = day.replace(hour=8, minute=0) + timedelta(minutes=minute)
            if moment <= house.at:
                key = f"{moment.isoformat()}"
                rows.append(
                    InboxEvent(
                        tenant_id=house.setup.shop.tenant_id,
                        shop=house.setup.shop,
                        dedupe_key=key,
                        has_delivery_id=True,
                        topic="paid",
                        received_at=moment,
                        processed_at=moment,
                    )
                )
    with house.scope():
        InboxEvent.objects.bulk_create(rows)


def test_a_silent_shop_is_told_once(house: House) -> None:
    hear(house)
    house.move(hours=1)
    assert house.look() == []
    house.move(hours=2, minutes=5)
    sent = house.look()
    assert to(sent) == BOTH
    assert sent[0].subject.startswith("nordlys.dk har været stille siden")
    for _ in range(5):
        house.move(hours=1)
        assert house.look() == []


def silences(house: House) -> set[datetime]:
    """When the silences began that were told."""
    with house.scope():
        told = Mail.objects.filter(kind=Kind.SILENT).values_list("event", flat=True)
        return {datetime.fromtimestamp(int(event.rpartition(":")[2]), UTC) for event in told}


def test_a_silence_of_days_is_told_once(house: House) -> None:
    hear(house)
    for _ in range(60):
        house.move(hours=1)
        house.look()
    assert silences(house) == {FRIDAY}


def test_a_silence_that_begins_anew_is_told_anew(house: House) -> None:
    hear(house, days=28)
    house.move(hours=3, minutes=5)
    assert to(house.look()) == BOTH
    house.at = FRIDAY + timedelta(days=1)
    hear(house, days=0)
    house.move(hours=3, minutes=5)
    assert to(house.look()) == BOTH
    assert silences(house) == {FRIDAY, FRIDAY + timedelta(days=1)}


def test_a_silent_shop_waits_a_day_behind_another_mail(house: House) -> None:
    hear(house)
    house.move(minutes=10)
    house.stop("10020")
    house.look()
    house.move(hours=3)
    assert house.look() == []
    house.move(hours=20)
    house.look()
    assert Kind.SILENT in {one.kind for one in house.mails()}


# --- several workers ------------------------------------------------------------------------------------------------
def test_workers_that_look_at_once_tell_once(house: House) -> None:
    house.stop("10020")
    ids: Any = (house.setup.shop.tenant_id, house.setup.shop.pk)
    at_once([lambda: watching.look(*ids, house.at) for _ in range(4)])
    assert len(house.mails()) == 2


def test_other_businesses_see_nothing_of_it(house: House) -> None:
    house.stop("10020")
    house.look()
    with scope(house.people.elsewhere.tenant.pk):
        assert not Mail.objects.exists()
