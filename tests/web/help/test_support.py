"""The ladder: each rung becomes a mail to us, and nothing that was typed is lost."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.factories import Setup, a_parked_job
from tests.web.reading import joined

ORDER = "/s/nordlys/orders/9987/"
TYPED = {
    "write": {"email": "anna@example.dk", "message": "Ordren står stille.\nHvad gør jeg?"},
    "call": {"name": "Anna Berg", "phone": "+45 12 34 56 78", "when": "tirsdag kl. 10"},
    "standstill": {"name": "Anna Berg, nordlys.dk", "problem": "Intet overføres", "phone": "+45 12 34 56 78"},
}
RUNGS = tuple(TYPED)


@pytest.fixture(autouse=True)
def addresses(settings: Any) -> None:
    settings.SUPPORT_EMAIL, settings.DUTY_EMAIL = "support@example.com", "duty@example.com"
    cache.clear()


def send(browser: Client, rung: str, **more: str) -> Any:
    return browser.post(f"/help/{rung}/", {**TYPED[rung], **more}, headers={"accept-language": "da"})


def test_help_stands_on_every_page_and_knows_where_it_was_asked_for(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_parked_job(nordlys)
    anna = signed_in(people.anna)
    assert f'href="/help/?from={quote("/s/nordlys/")}"' in anna.get("/s/nordlys/").text
    assert f'href="/help/?from={quote(ORDER)}&amp;reason=total-off"' in anna.get(ORDER).text
    assert 'href="/help/?from=' in Client().get("/sign-in/").text


def test_the_ladder_stands_in_order_and_carries_what_is_known(db_clean: None) -> None:
    text = Client().get(f"/help/errors/total-off/?from={ORDER}&reason=total-off").text
    query = f"?from={quote(ORDER, safe='')}&amp;reason=total-off"
    places = [text.index(f'<li><a href="/help/{rung}{query}') for rung in ("", "write/", "call/", "standstill/")]
    assert places == sorted(places)


def test_a_mail_has_the_page_the_order_and_the_reason(people: People) -> None:
    anna = signed_in(people.anna)
    asked = joined(anna.get(f"/help/write/?from={ORDER}&reason=total-off&lines=fine:%20alt").text)
    assert 'value="anna@example.dk"' in asked
    assert "<dd>9987</dd>" in asked
    answer = send(anna, "write", **{"from": ORDER, "reason": "total-off", "lines": "fine: alt"})
    assert answer["Location"].startswith("/help/?from=")
    sent = mail.outbox[0]
    assert (sent.to, sent.reply_to) == (["support@example.com"], ["anna@example.dk"])
    assert sent.subject == "Support · nordlys · order 9987 · total-off"
    for told in ("Hvad gør jeg?", f"page: {ORDER}", "order: 9987", "reason: total-off", "fine: alt", "Anna Berg"):
        assert told in sent.body


@pytest.mark.parametrize(("rung", "to"), [("write", "support"), ("call", "support"), ("standstill", "duty")])
def test_every_rung_works_signed_out(db_clean: None, rung: str, to: str) -> None:
    browser = Client()
    assert browser.get(f"/help/{rung}/").status_code == 200
    assert send(browser, rung).status_code == 302
    assert mail.outbox[0].to == [f"{to}@example.com"]
    assert all(value in mail.outbox[0].body for value in TYPED[rung].values())


@pytest.mark.parametrize("rung", RUNGS)
def test_an_empty_form_is_sent_back_with_what_was_typed(db_clean: None, rung: str) -> None:
    answer = send(Client(), rung, **{list(TYPED[rung])[-1]: " "})
    assert answer.status_code == 422
    assert next(iter(TYPED[rung].values())) in answer.text
    assert "<title>Fejl:" in answer.text
    assert mail.outbox == []


def test_too_many_are_held_back_and_what_was_typed_stays(db_clean: None) -> None:
    browser = Client()
    assert [send(browser, "write").status_code for _ in range(6)] == [302] * 5 + [429]
    assert "Hvad gør jeg?" in send(browser, "write").text
    assert len(mail.outbox) == 5


def test_a_mail_that_cannot_be_sent_stays_on_the_page(db_clean: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", away)
    answer = send(Client(), "write")
    assert answer.status_code == 503
    assert "Hvad gør jeg?" in answer.text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_way_back_leads_only_to_our_own_pages(db_clean: None, elsewhere: str) -> None:
    text = Client().get("/help/", {"from": elsewhere}).text
    assert 'class="back"' not in text
    assert 'class="back"' in Client().get("/help/", {"from": "/s/nordlys/"}).text


def test_a_heading_is_one_line(people: People) -> None:
    send(signed_in(people.anna), "write", **{"from": "/s/nordlys/orders/1%0d%0aBcc:%20x@example.com/", "reason": "no"})
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == ["support@example.com"]
