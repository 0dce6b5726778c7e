"""The order's page and the progress of a mend, followed until they rest."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from connector.core.states import State
from connector.sync.models import ActivityEntry, SyncJob
from connector.tenancy.scope import scope
from connector.web.orders.needs_you import RELEASED
from tests.people import People, signed_in
from tests.web.factories import Setup, a_booked_job, a_job

ORDER, NEEDS = "/s/nordlys/orders/10017/", "/s/nordlys/needs-you/"


@pytest.fixture
def anna(people: People) -> Client:
    return signed_in(people.anna)


def asks(html: str) -> str:
    """What the page asks next; empty where it asks no more."""
    found = re.search(r'hx-get="([^"]+)" hx-trigger="every (\d+)s, wake"', html)
    return f"{found[2]} {found[1].replace('&amp;', '&')}" if found else ""


def make(setup: Setup, state: State, **more: object) -> SyncJob:
    with scope(setup.shop.tenant_id):
        return a_job(setup, state=state, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "minutes", "seconds"),
    [
        (State.WAITING, 0, "2"),
        (State.WAITING, 30, "20"),
        (State.WAITING, None, "20"),
        (State.NEEDS_YOU, None, ""),
        (State.NOT_MEANT, None, ""),
        (State.DONE, None, ""),
    ],
    ids=["now", "later", "unplanned", "needs-you", "not-meant", "done"],
)
def test_the_order_is_followed_until_it_rests(
    anna: Client, nordlys: Setup, state: State, minutes: int | None, seconds: str
) -> None:
    due = None if minutes is None else timezone.now() + timedelta(minutes=minutes)
    make(nordlys, state, reason="unexpected" if state != State.DONE else "", not_before=due)
    assert asks(anna.get(ORDER).text).split(" ")[0] == seconds


def test_the_last_answer_asks_no_more_and_is_spoken(anna: Client, nordlys: Setup) -> None:
    job = make(nordlys, State.WAITING, not_before=timezone.now())
    query = asks(anna.get(ORDER).text).split(" ")[1]
    same = anna.get(f"{ORDER}{query}").text
    assert asks(same)
    assert "#status" not in same
    with scope(nordlys.shop.tenant_id):
        SyncJob.objects.filter(pk=job.pk).delete()
        a_booked_job(nordlys)
    last = anna.get(f"{ORDER}{query}").text
    assert asks(last) == ""
    assert '<div hx-swap-oob="innerHTML:#status">Ordre 10017: I regnskabet · bogført</div>' in last
    places = re.findall(r'id="([\w-]+)" hx-swap-oob="true"', last)
    parts = ["head", "credit", "more", "resent", "way", "document", "tried"]
    assert places == [f"order-{part}" for part in parts]
    assert "<html" not in last


def test_every_part_of_an_answer_has_its_place_on_the_page(anna: Client, nordlys: Setup) -> None:
    make(nordlys, State.WAITING, not_before=timezone.now())
    for address in (ORDER, "/s/nordlys/", "/s/nordlys/orders/?period=all", "/s/nordlys/log/?period=all"):
        page = anna.get(address).text
        answer = anna.get(address, {"part": "live"}).text
        places = re.findall(r'id="([\w-]+)" hx-swap-oob', answer)
        assert places
        for place in ("poll", *places):
            assert page.count(f'id="{place}"') == 1, place


def test_a_stranger_is_told_nothing(people: People, nordlys: Setup) -> None:
    make(nordlys, State.WAITING)
    assert signed_in(people.mallory).get(f"{ORDER}?part=live").status_code == 404
    assert Client().get(f"{ORDER}?part=live").status_code == 302


# --- what can be done, in its places ----------------------------------------------------------------------------------
def test_more_holds_what_can_be_done_and_the_way_to_the_log(anna: Client, people: People, nordlys: Setup) -> None:
    make(nordlys, State.NOT_MEANT, reason="before-start")
    text = anna.get(ORDER).text
    more = text.split('id="more"')[1].split("</details>")[0]
    for words in ("Mere", "Overfør alligevel", "Markér som ordnet i hånden", "?q=10017&amp;period=all"):
        assert words in more
    assert text.count("Overfør alligevel</button>") == 2
    reader = signed_in(people.lis).get(ORDER).text
    assert "</button>" not in reader.split('id="more"')[1].split("</details>")[0]


# --- the progress of a mend -------------------------------------------------------------------------------------------
@pytest.fixture
def released(people: People, nordlys: Setup) -> list[SyncJob]:
    """Four orders that somebody just mended."""
    with scope(nordlys.shop.tenant_id):
        jobs = [a_job(nordlys, str(number), State.WAITING, not_before=timezone.now()) for number in range(4)]
        ActivityEntry.objects.create(
            tenant_id=nordlys.shop.tenant_id,
            shop=nordlys.shop,
            who="Anna Berg",
            what=RELEASED,
            facts={"jobs": ",".join(str(job.pk) for job in jobs)},
        )
    return jobs


def test_progress_is_spoken_at_each_quarter_and_ends(anna: Client, released: list[SyncJob]) -> None:
    text = anna.get(NEEDS).text
    spoken = []
    for job in [None, *released]:
        if job:
            with scope(job.tenant_id):
                SyncJob.objects.filter(pk=job.pk).update(state=State.DONE.value, detail="booked")
        seconds, query = asks(text).split(" ")
        assert seconds == "2"
        text = anna.get(query).text
        spoken += re.findall(r'innerHTML:#status">([^<]+)<', text)
    assert spoken == ["1 af 4 overført", "2 af 4 overført", "3 af 4 overført", "4 af 4 overført"]
    assert asks(text) == ""
    assert "Alle 4 er i regnskabet." in text


def test_a_form_sent_with_a_mistake_asks_the_page_itself(anna: Client, nordlys: Setup, released: list[SyncJob]) -> None:
    with scope(nordlys.shop.tenant_id):
        facts = {"field": "layout"}
        a_job(nordlys, "9", State.NEEDS_YOU, "layout-missing", facts=facts, closed_at=timezone.now())
    found = re.search(r'name="cause" value="(\w+)"', anna.get(NEEDS).text)
    assert found
    answer = anna.post(f"{NEEDS}mend/", {"cause": found[1], "act": "save"})
    assert answer.status_code == 422
    assert asks(answer.text).split(" ")[1].startswith(f"{NEEDS}?")


def test_without_a_mend_nothing_is_followed(anna: Client, nordlys: Setup) -> None:
    assert asks(anna.get(NEEDS).text) == ""
    assert anna.get(f"{NEEDS}?part=live").status_code == 200
