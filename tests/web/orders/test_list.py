"""The list of orders."""

from __future__ import annotations

import re
from copy import copy
from datetime import timedelta

import pytest
from django.utils import timezone

from connector.core.states import State
from connector.sync.models import ActivityEntry, SyncAttempt, SyncJob
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.counting import queries
from tests.web.factories import Setup, a_booked_job, a_first_job, a_job, a_parked_job, a_shop_order, an_attempt
from tests.web.reading import joined

ALL = "/s/nordlys/orders/?period=all"


def numbers(text: str) -> list[str]:
    """The order numbers shown, from the top."""
    return re.findall(r'<a class="number" href="/s/nordlys/orders/[^"]+">([^<]+)</a>', text)


def make(setup: Setup, *args: object, **more: object) -> SyncJob:
    with scope(setup.shop.tenant_id):
        return a_job(setup, *args, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "reason", "facts", "word", "words"),
    [
        (State.WAITING, "rate-limit", {}, "Venter", "e-conomic har bedt os om at holde en pause"),
        (State.WAITING, "first-order", {}, "Venter", "Ordren venter på shoppens første ordre"),
        (State.NEEDS_YOU, "product-missing", {"sku": "KOP-7"}, "Har brug for dig", "Varen KOP-7 findes ikke"),
        (State.NEEDS_US, "unexpected", {}, "Har brug for os", "Noget gik galt hos os"),
        (State.NOT_MEANT, "not-triggered", {"trigger": "shipment"}, "Skal ikke overføres", "ikke afsendt endnu"),
    ],
)
def test_the_reason_stands_in_the_row(
    people: People, nordlys: Setup, state: State, reason: str, facts: dict[str, str], word: str, words: str
) -> None:
    make(nordlys, "10020", state, reason, facts=facts)
    text = joined(signed_in(people.anna).get(ALL).text)
    badge = re.search(
        rf'<span class="badge state-{state.value}">.*?</svg>([^<]+)</span>\s*<span class="row-reason">([^<]+)', text
    )
    assert badge
    assert badge[1] == word
    assert words in badge[2]


def test_what_is_in_the_books_has_its_second_word_and_its_number(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_booked_job(nordlys)
        a_job(nordlys, "10018", State.DONE, detail="draft")
        a_job(nordlys, "10019", State.DONE, detail="payment-not-seen", document_number="20240")
    text = signed_in(people.anna).get(ALL).text
    for words in ("I regnskabet · bogført<", "Faktura 20231", "I regnskabet · kladde", "bogført, betaling ikke set"):
        assert words in text


def test_an_order_that_was_not_read_yet_is_there_too(people: People, nordlys: Setup) -> None:
    job = make(nordlys, "4711", order=None)
    text = signed_in(people.anna).get("/s/nordlys/orders/").text
    assert f'href="/s/nordlys/orders/id-{job.pk}/">4711<' in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["3", "2", "1"]),
        ("&q=2", ["2"]),
        ("&q=%232", ["2"]),
        ("&q=20231", ["1"]),
        ("&q=kunde", ["3", "2", "1"]),
        ("&q=KARL", ["3"]),
        ("&q=100%25", []),
        ("&state=needs_you", ["2"]),
        ("&state=no-such", ["3", "2", "1"]),
        ("&reason=product-missing", ["2"]),
        ("&q=karl&state=needs_you", []),
    ],
)
def test_search_and_filters(people: People, nordlys: Setup, query: str, found: list[str]) -> None:
    with scope(nordlys.shop.tenant_id):
        a_booked_job(nordlys, "1")
        a_job(nordlys, "2", State.NEEDS_YOU, "product-missing")
        a_job(nordlys, "3", customer_name="Karl Kunde")
    assert numbers(signed_in(people.anna).get(ALL + query).text) == found


def test_periods(people: People, nordlys: Setup) -> None:
    now = timezone.now()
    for number, days in (("1", 40), ("2", 10), ("3", 0)):
        make(nordlys, number, placed_at=now - timedelta(days=days))
    browser = signed_in(people.anna)
    assert numbers(browser.get("/s/nordlys/orders/").text) == ["3", "2"]
    assert numbers(browser.get("/s/nordlys/orders/?period=7").text) == ["3"]
    assert numbers(browser.get(ALL).text) == ["3", "2", "1"]


def test_empty_lists_have_words(people: People, nordlys: Setup) -> None:
    browser = signed_in(people.anna)
    assert "Ingen ordrer i perioden." in browser.get("/s/nordlys/orders/").text
    assert "Ingen ordrer passer." in browser.get("/s/nordlys/orders/?q=x").text


def test_older_and_newer_lead_through_the_whole_list(
    people: People, nordlys: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 8):
        make(nordlys, str(number), placed_at=timezone.now())
    monkeypatch.setattr("connector.web.frame.paging.paged.__defaults__", (3,))
    browser = signed_in(people.anna)
    seen, address = [], "?period=all&q="
    while True:
        text = browser.get(f"/s/nordlys/orders/{address}").text
        seen.append(numbers(text))
        older = re.search(r'href="(\?[^"]*)">Ældre', text)
        if not older:
            break
        address = older[1].replace("&amp;", "&")
        # A row that comes meanwhile pushes nothing.
        make(nordlys, f"new-{len(seen)}", placed_at=timezone.now())
    assert seen == [["7", "6", "5"], ["4", "3", "2"], ["1"]]
    newer = re.search(r'href="(\?[^"]*)">Nyere', text)
    assert newer
    back = browser.get(f"/s/nordlys/orders/{newer[1].replace('&amp;', '&')}").text
    assert numbers(back) == ["4", "3", "2"]


@pytest.mark.parametrize("query", ["before=x", "before=99999999999999999999999", "after=-1", "before=%00", "after=²"])
def test_nonsense_in_the_address_does_no_harm(people: People, nordlys: Setup, query: str) -> None:
    make(nordlys, "1")
    assert numbers(signed_in(people.anna).get(f"{ALL}&{query}").text) == ["1"]


def test_a_nul_in_the_search_finds_nothing(people: People, nordlys: Setup) -> None:
    make(nordlys, "1")
    assert signed_in(people.anna).get(f"{ALL}&q=%00").status_code == 200


# --- sending -------------------------------------------------------------------------------------------------------


def send(people: People, act: str, *jobs: SyncJob) -> str:
    browser = signed_in(people.bo)
    return browser.post(ALL, {"act": act, "job": [job.pk for job in jobs]}, follow=True).text


def test_transfer_now_makes_the_chosen_orders_due(people: People, nordlys: Setup) -> None:
    stopped = make(nordlys, "1", State.NEEDS_YOU, "product-missing")
    waiting = make(nordlys, "2", not_before=timezone.now() + timedelta(hours=1))
    other = make(nordlys, "3", State.NEEDS_YOU, "product-missing")
    assert "2 ordrer er på vej." in send(people, "transfer-now", stopped, waiting)
    with scope(nordlys.shop.tenant_id):
        due = SyncJob.objects.filter(not_before__lte=timezone.now(), lane=SyncJob.Lane.PERSON)
        assert sorted(due.values_list("order_id", flat=True)) == ["1", "2"]
        assert not ActivityEntry.objects.filter(job=other).exists()
        assert ActivityEntry.objects.get(job=stopped).who == "Bo Lund"


def test_transfer_anyway_is_for_what_is_not_meant_to_go(people: People, nordlys: Setup) -> None:
    early = make(nordlys, "1", State.NOT_MEANT, "before-start")
    empty = make(nordlys, "2", State.NOT_MEANT, "nothing-to-book")
    with scope(nordlys.shop.tenant_id):
        booked = a_booked_job(nordlys, "3")
    text = send(people, "transfer-anyway", early, empty, booked)
    assert "1 ordre er på vej." in text
    assert "2 ordrer er ladt, som de er" in text
    with scope(nordlys.shop.tenant_id):
        assert list(SyncJob.objects.filter(is_forced=True).values_list("order_id", flat=True)) == ["1"]


def test_nothing_chosen_is_said(people: People, nordlys: Setup) -> None:
    assert "Vælg ordrerne først." in send(people, "transfer-now")
    job = make(nordlys, "1", State.NEEDS_YOU, "product-missing")
    assert "Vælg ordrerne først." in send(people, "delete", job)


def test_the_answer_leads_back_to_the_same_list(people: People, nordlys: Setup) -> None:
    address = "/s/nordlys/orders/?q=1&state=needs_you&period=all"
    assert signed_in(people.anna).post(address, {"act": "transfer-now"})["Location"] == address


def test_another_businesss_orders_cannot_be_sent(people: People, nordlys: Setup) -> None:
    job = make(nordlys, "1", State.NEEDS_YOU, "product-missing")
    browser = signed_in(people.mallory)
    browser.post("/s/andetsteds/orders/", {"act": "transfer-now", "job": job.pk})
    with scope(nordlys.shop.tenant_id):
        assert SyncJob.objects.get().not_before is None


def test_a_reader_has_nothing_to_press(people: People, nordlys: Setup) -> None:
    job = make(nordlys, "1", State.NEEDS_YOU, "product-missing")
    browser = signed_in(people.lis)
    text = browser.get(ALL).text
    assert numbers(text) == ["1"]
    assert not re.search(r'name="job"|Overfør nu|Ret varen', text)
    assert browser.post(ALL, {"act": "transfer-now", "job": job.pk}).status_code == 403
    with scope(nordlys.shop.tenant_id):
        assert SyncJob.objects.get().not_before is None


def test_as_many_queries_for_many_orders_as_for_few(people: People, nordlys: Setup) -> None:
    browser = signed_in(people.anna)
    for number in range(3):
        make(nordlys, str(number), State.NEEDS_YOU, "product-missing")
    few = queries(browser, ALL)
    with scope(nordlys.shop.tenant_id):
        for number in range(10, 40):
            a_booked_job(nordlys, str(number))
            a_job(nordlys, f"{number}x", State.NEEDS_YOU, "fee-unknown")
        a_parked_job(nordlys)
        a_first_job(nordlys)
    assert queries(browser, ALL) == few <= 24


def test_five_orders_and_five_hundred_cost_the_same(people: People, nordlys: Setup) -> None:
    browser = signed_in(people.anna)
    pages = [ALL, "/s/nordlys/", "/s/nordlys/log/?period=all", "/s/nordlys/needs-you/"]
    make_many(nordlys, 0, 5)
    few = [queries(browser, address) for address in pages]
    make_many(nordlys, 5, 500)
    assert [queries(browser, address) for address in pages] == few
    assert "Viser 50 af 500." in browser.get(ALL).text


def make_many(setup: Setup, first: int, end: int) -> None:
    """Copies of one order that needs somebody, each with a try."""
    with scope(setup.shop.tenant_id):
        job = a_job(setup, str(first), State.NEEDS_YOU, "product-missing", facts={"sku": "X"}, closed_at=timezone.now())
        attempt = an_attempt(job)
        copies = []
        for number in range(first + 1, end):
            copies.append(copy(job))
            copies[-1].pk, copies[-1].key, copies[-1].order_number = None, f"invoice:x:1:{number}", str(number)
        tries = [copy(attempt) for _job in SyncJob.objects.bulk_create(copies)]
        for row, of in zip(tries, copies, strict=True):
            row.pk, row.job = None, of
        SyncAttempt.objects.bulk_create(tries)


def test_beyond_what_is_counted_the_list_says_so(
    people: People, nordlys: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.web.orders.queries.MOST_COUNTED", 2)
    for number in range(3):
        make(nordlys, str(number))
    assert "Viser 3 af flere end 2." in signed_in(people.anna).get(ALL).text


# --- new lines, keys --------------------------------------------------------------------------------------------------
def test_new_orders_do_not_push_the_list(people: People, nordlys: Setup) -> None:
    browser = signed_in(people.anna)
    make(nordlys, "1", State.NEEDS_YOU, "product-missing")
    text = browser.get(f"{ALL}&state=needs_you").text
    ask = re.search(r'hx-get="([^"]+)"', text)
    assert ask
    address = f"/s/nordlys/orders/{ask[1].replace('&amp;', '&')}"
    assert "ny linje" not in browser.get(address).text
    make(nordlys, "2", State.NEEDS_YOU, "product-missing")
    make(nordlys, "3")
    answer = browser.get(address).text
    assert answer.count("1 ny linje") == 2
    assert 'hx-swap-oob="innerHTML:#status"' in answer
    assert '<a href="?period=all&amp;state=needs_you">Vis</a>' in answer
    again = re.search(r'hx-get="([^"]+)"', answer)
    assert again
    # Spoken once, shown until somebody looks.
    assert browser.get(f"/s/nordlys/orders/{again[1].replace('&amp;', '&')}").text.count("1 ny linje") == 1


def test_an_older_page_asks_for_nothing(people: People, nordlys: Setup) -> None:
    job = make(nordlys, "1")
    assert "hx-get" not in signed_in(people.anna).get(f"{ALL}&before={job.pk + 1}").text


@pytest.mark.parametrize("told", ["", "x", "9" * 30, "²"])
def test_nonsense_told_does_no_harm(people: People, nordlys: Setup, told: str) -> None:
    make(nordlys, "1")
    assert signed_in(people.anna).get(ALL, {"part": "live", "told": told, "said": told}).status_code == 200


def test_keys_are_off_by_the_users_choice(people: People, nordlys: Setup) -> None:
    make(nordlys, "1")
    browser = signed_in(people.anna)
    for address in (ALL, "/s/nordlys/log/"):
        assert "keys.js" in browser.get(address).text
    type(people.anna).objects.filter(pk=people.anna.pk).update(has_shortcuts=False)
    for address in (ALL, "/s/nordlys/log/"):
        text = browser.get(address).text
        assert "keys.js" not in text
        assert "aria-keyshortcuts" not in text


def test_orders_of_the_same_number_have_addresses_of_their_own(people: People, nordlys: Setup) -> None:
    one = make(nordlys, "7", order=a_shop_order("7"))
    two = make(nordlys, "7", order=a_shop_order("7"))
    text = signed_in(people.anna).get(ALL).text
    assert f"/s/nordlys/orders/id-{one.pk}/" in text
    assert f"/s/nordlys/orders/id-{two.pk}/" in text
