"""Dinero's books in the sandbox's world: the owner's acts, the ledger, the pages, the kept state."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from sandbox import site, state
from sandbox.wire import Request
from tests.sandbox.visma.visma_calls import USER
from tests.sandbox.visma.world_calls import FIRST, KEY, Client, control

if TYPE_CHECKING:
    from sandbox.world import World

pytestmark = pytest.mark.tools


# --- what the owner does, and the ledger ------------------------------------------------------------------------------
def ledger(world: World, **query: str) -> Any:
    reply = site.dispatch(world, Request("GET", "/ledger", query))
    assert reply.status == 200, reply.body
    return reply.json()


def test_the_owner_acts_by_control_and_the_ledger_tells(world: World) -> None:
    client = Client(world)
    first, second, third = (client.draft(f"invoice:shoporama:4001:{number}") for number in (1, 2, 3))
    base = f"/organizations/{FIRST}"
    number = control(world, "POST", f"{base}/book_by_hand", {"draft": first})["result"]
    control(world, "POST", f"{base}/book_by_hand", {"draft": first}, 400)
    control(world, "POST", f"{base}/delete_draft_by_hand", {"draft": second})
    before = world.organization(FIRST).invoice(third).timestamp
    assert control(world, "POST", f"{base}/edit_draft_by_hand", {"draft": third, "amount": 100})["result"] > before
    control(world, "POST", f"{base}/pay_by_hand", {"booked": number})
    held = ledger(world, organization=str(FIRST))
    assert (held["agreements"], held["duplicates"]) == ([], 0)
    assert held["organizations"][0]["references"] == {
        "invoice:shoporama:4001:3": {"drafts": 1, "booked": 0, "payments": 0},
        "invoice:shoporama:4001:1": {"drafts": 0, "booked": 1, "payments": 1},
    }
    [booked] = ledger(world, key="invoice:shoporama:4001:1")["booked"]
    assert (booked["organization"], booked["gross"], booked["vat"], booked["remainder"]) == (
        FIRST,
        "125.00",
        "25.00",
        "0.00",
    )
    assert ledger(world, key="invoice:shoporama:4001:1", agreement="1000001")["booked"] == []


def test_a_second_document_or_payment_of_a_key_is_a_duplicate(world: World) -> None:
    client = Client(world)
    books = world.organization(FIRST)
    number = books.book_by_hand(client.draft())
    books.pay_by_hand(number)
    assert ledger(world)["duplicates"] == 0
    books.pay_by_hand(number, amount=100)
    assert (ledger(world)["duplicates"], ledger(world, key=KEY)["duplicates"]) == (1, 1)
    books.book_by_hand(client.draft("other"))
    books.book_by_hand(client.draft("other"))
    assert ledger(world)["duplicates"] == 2


def test_one_key_booked_in_two_systems_is_a_duplicate(world: World) -> None:
    second = control(world, "POST", "/organizations", {})["organization"]
    for number in (FIRST, second):
        world.organization(number).book_by_hand(Client(world, number).draft())
    assert ledger(world)["duplicates"] == 0
    assert ledger(world, key=KEY)["duplicates"] == 1
    assert [row["organization"] for row in ledger(world, key=KEY)["booked"]] == [FIRST, second]


@pytest.mark.parametrize(
    ("act", "wish", "status"),
    [
        ("set_pro", {"pro": False}, 200),
        ("make_contact", {"name": "Ida", "email": "ida@example.dk"}, 200),
        ("make_contact", {"email": "ida@example.dk"}, 400),
        ("rename_account", {"account": 1000, "name": "Salg"}, 200),
        ("hide_account", {"account": 55000}, 200),
        ("delete_account", {"account": 1010}, 200),
        ("delete_account", {"account": 1}, 400),
        ("set_vat_code", {"account": 1010, "code": "U25"}, 200),
        ("set_vat_code", {"account": 1010, "code": "U99"}, 400),
        ("close_year", {"year": "2026"}, 200),
        ("close_year", {"year": "1999"}, 400),
        ("delete_year", {"year": "2026"}, 200),
        ("set_rate", {"currency": "EUR", "rate": 7460000}, 200),
        ("book_by_hand", {"draft": "unknown"}, 400),
        ("book_by_hand", {}, 400),
        ("pay_by_hand", {"booked": 1}, 400),
        ("dance", {}, 404),
    ],
)
def test_the_owner_changes_an_organisation_by_control(
    world: World, act: str, wish: dict[str, Any], status: int
) -> None:
    control(world, "POST", f"/organizations/{FIRST}/{act}", wish, status)


def test_a_contact_is_changed_and_deleted_by_hand(world: World) -> None:
    base = f"/organizations/{FIRST}"
    guid = control(world, "POST", f"{base}/make_contact", {"name": "Ida", "email": "ida@example.dk"})["result"]
    control(world, "POST", f"{base}/change_contact", {"contact": guid, "email": "ny@example.dk"})
    control(world, "POST", f"{base}/delete_contact_by_hand", {"contact": guid})
    [row] = [row for row in ledger(world)["organizations"][0]["customers"] if row["number"] == guid]
    assert (row["Email"], row["deleted"]) == ("ny@example.dk", True)


def test_reset_empties_the_books_and_keeps_the_tokens(world: World) -> None:
    client = Client(world)
    client.draft()
    control(world, "POST", "/switch", {"name": "dinero.retry_after", "value": True, "organization": FIRST})
    assert control(world, "POST", "/reset", {"organization": FIRST}) == {"reset": FIRST}
    assert ledger(world, organization=str(FIRST))["organizations"][0]["references"] == {}
    assert world.organization(FIRST).switch("retry_after") is False
    assert client.draft()
    assert len(world.dinero.organizations) == 1


# --- pages and state --------------------------------------------------------------------------------------------------
def page(world: World, path: str) -> str:
    reply = site.dispatch(world, Request("GET", path, {}, {"accept": "text/html"}))
    assert reply.status == 200, reply.body
    return reply.body.decode()


def test_the_owner_books_pays_deletes_and_gives_up_pro_on_the_page(world: World) -> None:
    client = Client(world)
    first, second = client.draft("a"), client.draft("b")
    here = f"/organization/{FIRST}"
    assert f'action="{here}/drafts/{first}/book"' in page(world, here)
    assert site.dispatch(world, Request("POST", f"{here}/drafts/{first}/book")).status == 303
    assert site.dispatch(world, Request("POST", f"{here}/drafts/{first}/book")).status == 404
    assert site.dispatch(world, Request("POST", f"{here}/drafts/{second}/delete")).status == 303
    number = world.organization(FIRST).invoice(first).number
    assert f'action="{here}/booked/{number}/pay"' in page(world, here)
    assert site.dispatch(world, Request("POST", f"{here}/booked/{number}/pay")).status == 303
    assert "/pay" not in page(world, here)
    assert world.organization(FIRST).invoice(first).remaining == 0
    site.dispatch(world, Request("POST", f"{here}/pro", {}, {}, b"pro="))
    assert world.organization(FIRST).pro is False
    assert "har ikke Dinero Pro" in page(world, here)
    site.dispatch(world, Request("POST", f"{here}/pro", {}, {}, b"pro=1"))
    assert client.call("GET", "/accounts/entry").status == 200
    assert site.dispatch(world, Request("POST", f"{here}/revoke")).status == 303
    assert client.call("GET", "/accounts/entry").status == 401


def test_the_pages_lead_to_organisations_and_show_hostile_names_as_text(world: World) -> None:
    reply = site.dispatch(world, Request("POST", "/organizations", {}, {}, urlencode({"name": "<script>"}).encode()))
    made = reply.headers["location"]
    for path in ("/", "/ledger", made):
        assert "&lt;script&gt;" in page(world, path)
        assert "<script" not in page(world, path)
    assert f'href="{made}"' in page(world, "/")
    assert f'href="{made}"' in page(world, "/ledger")
    assert site.dispatch(world, Request("GET", "/organization/7")).status == 404


def test_organisations_users_and_tokens_are_kept_over_a_restart(world: World, tmp_path: Path) -> None:
    client = Client(world)
    client.draft()
    state.save(world, tmp_path / "state")
    kept = state.load(tmp_path / "state", "http://127.0.0.1:2")
    assert kept is not None
    client.world = kept
    assert client.call("GET", "/accounts/entry").status == 200
    assert ledger(kept, key=KEY)["drafts"][0]["organization"] == FIRST
    assert kept.visma.public_url == "http://127.0.0.1:2/visma"
    control(kept, "POST", f"/users/{USER}/expire")
    assert client.call("GET", "/accounts/entry").status == 401
