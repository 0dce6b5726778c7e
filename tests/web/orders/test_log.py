"""The log, as a page and as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connector.core.states import State
from connector.sync.models import SyncJob
from connector.tenancy.scope import scope
from connector.web.orders.log_file import safe
from tests.people import People, signed_in
from tests.web.counting import queries
from tests.web.factories import Setup, a_booked_job, a_job, an_attempt
from tests.web.reading import joined

LOG = "/s/nordlys/log/?period=all"


def orders(html: str) -> list[str]:
    return re.findall(r'<a class="number" href="[^"]+">([^<]+)</a>', html)


def downloaded(answer: Any) -> str:
    """The file, read to its end."""
    return b"".join(answer.streaming_content).decode("utf-8-sig")


@pytest.fixture
def filled(nordlys: Setup) -> Setup:
    """One booked, one stopped for KOP-7, one that waits; the oldest twenty days ago."""
    now = timezone.now()
    with scope(nordlys.shop.tenant_id):
        booked = a_job(nordlys, "1", State.DONE, detail="booked", document_number="20231")
        an_attempt(booked, started_at=now - timedelta(days=21))
        an_attempt(booked, started_at=now - timedelta(days=20))
        stopped = a_job(nordlys, "2", State.NEEDS_YOU, "product-missing", facts={"sku": "KOP-7"})
        an_attempt(stopped, started_at=now - timedelta(days=3))
        an_attempt(a_job(nordlys, "3", State.WAITING, "rate-limit"), started_at=now)
    return nordlys


def test_lines_say_what_happened(people: People, filled: Setup) -> None:
    text = joined(signed_in(people.anna).get(LOG).text)
    assert orders(text) == ["3", "2", "1", "1"]
    assert "e-conomic har bedt os om at holde en pause" in text
    assert "Varen KOP-7 findes ikke i e-conomic" in text
    assert "Faktura 20231" in text
    assert "Ældste gemte linje" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["3", "2", "1", "1"]),
        ("&state=waiting&state=needs_you", ["3", "2"]),
        ("&state=no-such", ["3", "2", "1", "1"]),
        ("&reason=product-missing", ["2"]),
        ("&reason=no-such", ["3", "2", "1", "1"]),
        ("&q=1", ["1", "1"]),
        ("&q=20231", ["1", "1"]),
        ("&q=KOP-7", ["2"]),
        ("&q=KUNDE@example.dk", ["3", "2", "1", "1"]),
        ("&q=nobody", []),
        ("&q=%00", ["3", "2", "1", "1"]),
    ],
)
def test_search_and_filters(people: People, filled: Setup, query: str, found: list[str]) -> None:
    assert orders(signed_in(people.anna).get(LOG + query).text) == found


def test_periods(people: People, filled: Setup) -> None:
    browser = signed_in(people.anna)
    assert orders(browser.get("/s/nordlys/log/").text) == ["3", "2"]
    assert orders(browser.get("/s/nordlys/log/?period=today").text) == ["3"]


def test_a_try_keeps_the_reason_it_had(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        job = a_booked_job(nordlys, "1")
        an_attempt(job, state=State.NEEDS_YOU.value, detail="", reason="product-missing", facts={"sku": "KOP-9"})
    text = joined(signed_in(people.anna).get(LOG).text)
    assert "Varen KOP-9 findes ikke i e-conomic" in text


def test_what_is_empty_has_words(people: People, nordlys: Setup) -> None:
    browser = signed_in(people.anna)
    assert "Intet er sket endnu." in browser.get("/s/nordlys/log/").text
    with scope(nordlys.shop.tenant_id):
        a_booked_job(nordlys)  # long ago
    assert "Ingen linjer passer." in browser.get(LOG + "&q=nobody").text


def test_only_reasons_that_occur_can_be_chosen(people: People, filled: Setup) -> None:
    text = signed_in(people.anna).get(LOG).text
    chosen = text.split('id="reason"')[1].split("</select>")[0]
    assert re.findall(r'value="([a-z-]+)"', chosen) == ["product-missing", "rate-limit"]


def test_the_file_holds_what_the_filter_shows(people: People, filled: Setup) -> None:
    browser = signed_in(people.anna)
    link = re.search(r'href="(\?[^"]*format=csv[^"]*)"', browser.get(LOG + "&state=needs_you").text)
    assert link
    answer = browser.get(f"/s/nordlys/log/{link[1].replace('&amp;', '&')}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="log-nordlys.csv"'
    rows = list(csv.reader(io.StringIO(downloaded(answer)), delimiter=";"))
    assert rows[0] == ["Tid", "Ordre", "Kunde", "Tilstand", "Kode", "Hvad der skete"]
    assert [row[1:5] for row in rows[1:]] == [["2", "Test Kunde", "Har brug for dig", "product-missing"]]
    assert rows[1][5] == "Varen KOP-7 findes ikke i e-conomic"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_a_cell_is_never_a_formula(people: People, nordlys: Setup, start: str) -> None:
    name = f"{start}HYPERLINK(1)"
    with scope(nordlys.shop.tenant_id):
        an_attempt(a_job(nordlys, "1", customer_name=name, order_number=name[:60]))
    text = downloaded(signed_in(people.anna).get(LOG + "&format=csv"))
    row = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1]
    assert row[1] == row[2] == f"'{name}"


@pytest.mark.unit
def test_harmless_cells_stay_as_they_are() -> None:
    assert [safe(cell) for cell in ("", "10017", "Ida Holm", "a=b", "kr. 5")] == [
        "",
        "10017",
        "Ida Holm",
        "a=b",
        "kr. 5",
    ]


def test_as_many_queries_for_many_lines_as_for_few(people: People, filled: Setup) -> None:
    browser = signed_in(people.anna)
    few, few_csv = queries(browser, LOG), of_the_file(browser)
    with scope(filled.shop.tenant_id):
        for number in range(10, 40):
            an_attempt(a_job(filled, str(number), State.NEEDS_YOU, "fee-unknown"))
    assert queries(browser, LOG) == few <= 24
    assert of_the_file(browser) == few_csv <= 28


def of_the_file(browser: Client) -> int:
    """The number of queries of the whole file."""
    with CaptureQueriesContext(connection) as captured:
        downloaded(browser.get(LOG + "&format=csv"))
    return len(captured)


def test_the_file_is_read_piece_by_piece(people: People, filled: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.web.orders.log_file.AT_ONCE", 2)
    monkeypatch.setattr("connector.web.orders.log_file.MOST_ROWS", 3)
    rows = downloaded(signed_in(people.anna).get(LOG + "&format=csv")).splitlines()
    assert [row.split(";")[1] for row in rows] == ["Ordre", "3", "2", "1"]


def test_a_line_leads_to_what_mends_it_while_the_order_rests_for_it(people: People, filled: Setup) -> None:
    anna, mend = signed_in(people.anna), ">Ret varen</a>"
    assert joined(anna.get(LOG).text).count(mend) == 1
    assert mend not in signed_in(people.lis).get(LOG).text
    with scope(filled.shop.tenant_id):
        SyncJob.objects.filter(order_number="2").update(state=State.WAITING.value, reason="")
    assert mend not in anna.get(LOG).text


def test_the_filters_tell_how_many_are_set(people: People, filled: Setup) -> None:
    browser = signed_in(people.anna)
    assert "Filtre: 3 sat" in browser.get(LOG + "&what=invoice&state=waiting&reason=").text
    assert orders(browser.get(LOG + "&what=invoice&state=waiting").text) == ["3"]
    assert orders(browser.get(LOG + "&what=no-such").text) == ["3", "2", "1", "1"]


def test_strangers_get_404(people: People, filled: Setup) -> None:
    assert signed_in(people.mallory).get(LOG).status_code == 404
    assert signed_in(people.lis).get(LOG).status_code == 200
