"""The control page for a person: what is ordered there strikes, and what struck stands there."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from sandbox import site
from sandbox.faults import KINDS
from sandbox.pages.control import MEANINGS
from sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from sandbox.world import World

pytestmark = pytest.mark.tools

FAULT = {"system": "economic", "kind": "5xx_before", "path": "GET /self", "times": "2", "skip": "0", "seconds": "5"}


def shown(world: World) -> str:
    reply = site.dispatch(world, Request("GET", "/control/", {}, {"accept": "text/html"}))
    assert reply.status == 200, reply.body
    return reply.body.decode()


def send(world: World, path: str, /, **form: str) -> Reply:
    return site.dispatch(world, Request("POST", path, {}, {"accept": "text/html"}, urlencode(form).encode()))


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_every_kind_of_fault_has_its_words(world: World) -> None:
    assert set(MEANINGS) == set(KINDS)
    assert all(text in words(shown(world)) for text in MEANINGS.values())


def test_a_fault_is_ordered_shown_and_taken_back(world: World) -> None:
    assert send(world, "/faults", **FAULT).headers["location"] == "/control/"
    [fault] = world.faults.faults
    assert (fault.system, fault.kind, fault.path, fault.times) == ("economic", "5xx_before", "GET /self", 2)
    call = world.traffic.begin("economic", "GET", "/self", None, None)
    assert world.plan(call).executes is False
    assert "5xx_before e-conomic GET /self Tag tilbage 1 2" in words(shown(world))
    send(world, "/faults/clear", fault=str(fault.number))
    assert world.faults.faults == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("system", "sap"), ("kind", "flood"), ("times", "x"), ("seconds", "soon"), ("seconds", "nan")],
)
def test_what_makes_no_sense_is_refused_on_a_page(world: World, field: str, value: str) -> None:
    reply = send(world, "/faults", **{**FAULT, field: value})
    assert (reply.status, reply.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert world.faults.faults == []


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("economic.retry_after", "true", True),
        ("economic.budget_size", "3", 3),
        ("economic.rounding_level", '"line"', "line"),
        ("economic.grant_registered_redirect", "7", "7"),
        ("shoporama.webhook_tries", "5", 5.0),
        ("shoporama.total_off", "0.50", "0.50"),
    ],
)
def test_a_switch_is_set_as_its_own_type(world: World, name: str, typed: str, value: object) -> None:
    assert send(world, "/switches", name=name, value=typed).status == 303
    rows = site.dispatch(world, Request("GET", "/control/switch", {}, {})).json()["switches"]
    [now] = [row["value"] for row in rows if row["name"] == name]
    assert (now, type(now)) == (value, type(value))


def test_every_switch_stands_on_the_page_with_its_meaning_and_its_value_chosen(world: World) -> None:
    page = shown(world)
    rows = site.dispatch(world, Request("GET", "/control/switch", {}, {})).json()["switches"]
    for row in rows:
        assert f"<code>{row['name']}</code>" in page
        assert html.escape(row["meaning"]) in page
        if row["values"]:
            chosen = html.escape(json.dumps(row["value"]))
            part = page.partition(f'id="v-{row["name"]}"')[2].partition("</select>")[0]
            assert re.findall(r'value="([^"]*)" selected', part) == [chosen], row["name"]


def test_a_switch_refuses_what_it_cannot_take(world: World) -> None:
    assert send(world, "/switches", name="economic.retry_after", value='"perhaps"').status == 400
    assert send(world, "/switches", name="economic.nothing", value="1").status == 404


def test_chaos_is_set_and_ended(world: World) -> None:
    send(world, "/chaos", drop_pct="5", late_pct="10")
    assert (world.chaos.drop_pct, world.chaos.late_pct) == (5, 10)
    send(world, "/chaos", drop_pct="0", late_pct="0")
    assert (world.chaos.drop_pct, world.chaos.late_pct) == (0, 0)
    assert send(world, "/chaos", drop_pct="90", late_pct="20").status == 400


def test_programs_still_get_json_and_the_start_page_leads_here(world: World) -> None:
    reply = site.dispatch(world, Request("GET", "/control/fault", {}, {"accept": "text/html"}))
    assert reply.json() == {"faults": []}
    start = site.dispatch(world, Request("GET", "/", {}, {"accept": "text/html"}))
    assert 'href="/control/"' in start.body.decode()
