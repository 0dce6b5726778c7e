"""From nothing to one's own business: sign-up, the mail, the first page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from connector.tenancy.access import entries
from connector.tenancy.models import Role, Tenant, User
from tests.people import People

pytestmark = pytest.mark.engine

PASSWORD = "fire-helt-skæve-ord"
ASKED = {"name": "Nina Ny", "email": "Nina@Example.dk", "password1": PASSWORD, "business": "Ny ApS"}


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_up(browser: Client, **more: str) -> HttpResponse:
    return browser.post("/sign-up/", ASKED | more)


def link() -> str:
    """Where the last mail leads, without the host."""
    found = re.search(r"^http://localhost:\d+(/\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def test_a_newcomer_comes_in_by_the_mail(people: People) -> None:
    browser = Client(headers={"accept-language": "nb"})
    assert "Opprett en bruker" in browser.get("/sign-up/").text
    assert sign_up(browser)["Location"] == "/account/email/sent/"
    assert "Se i e-posten din" in browser.get("/account/email/sent/").text
    user = User.objects.get(email="nina@example.dk")
    assert (user.name, user.language) == ("Nina Ny", "nb")
    door = entries(user.pk)[0]
    assert door.role is Role.OWNER
    assert Tenant.objects.get(pk=door.tenant_id).name == "Ny ApS"
    assert mail.outbox[-1].to == ["nina@example.dk"]
    assert mail.outbox[-1].subject == "Bekreft e-posten din"
    assert browser.get("/")["Location"].startswith("/sign-in/")
    assert "nina@example.dk" in browser.get(link()).text
    assert not EmailAddress.objects.get(user=user).verified
    assert browser.post(link())["Location"] == "/"
    assert EmailAddress.objects.get(user=user).verified
    assert browser.get("/", follow=True).status_code == 200


def test_without_the_mail_nobody_gets_in(people: People) -> None:
    sign_up(Client())
    browser = Client()
    answer = browser.post("/sign-in/", {"email": "nina@example.dk", "password": PASSWORD})
    assert answer["Location"] == "/account/email/sent/"
    assert browser.get("/")["Location"].startswith("/sign-in/")


def test_an_address_that_is_taken_is_answered_like_a_new_one(people: People) -> None:
    before = Tenant.objects.count()
    fresh, taken = sign_up(Client()), sign_up(Client(), email="anna@example.dk")
    assert (fresh.status_code, fresh["Location"]) == (taken.status_code, taken["Location"])
    assert Tenant.objects.count() == before + 1
    assert mail.outbox[-1].to == ["anna@example.dk"]
    assert mail.outbox[-1].subject == "Du har allerede en bruger hos Connector"


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("for-kort-11", "mindst 12 tegn"),
        ("password2026!", "kendt fra læk"),
        ("sommersommer", "kendt fra læk"),
        ("nina@example.dk", "e-mail"),
    ],
    ids=["short", "hung-on", "repeated", "own-address"],
)
def test_a_weak_password_is_refused_with_the_reason(people: People, password: str, words: str) -> None:
    answer = sign_up(Client(), password1=password)
    assert answer.status_code == 422
    assert words in answer.text.lower().replace("\N{NO-BREAK SPACE}", " ")
    assert "<title>Fejl:" in answer.text
    assert 'value="Nina Ny"' in answer.text
    assert not User.objects.filter(email="nina@example.dk").exists()


def test_a_used_link_says_what_to_do(people: People) -> None:
    browser = Client()
    sign_up(browser)
    browser.post(link())
    assert "for gammelt" in Client().get("/account/email/no-such-key/").text
    assert Client().get(link()).status_code == 200


def test_a_mail_server_that_is_down_fails_nothing(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refused)
    assert sign_up(Client())["Location"] == "/account/email/sent/"


def test_who_is_invited_gets_no_business_and_comes_back_to_the_invitation(people: People) -> None:
    invitation = reverse("invitation", args=["no-such-token"])
    browser, before = Client(), Tenant.objects.count()
    page = browser.get(f"/sign-up/?next={invitation}").text
    assert 'name="business"' not in page
    assert f'name="next" value="{invitation}"' in page
    assert sign_up(browser, next=invitation, business="Slips ApS")["Location"] == "/account/email/sent/"
    assert Tenant.objects.count() == before
    assert browser.post(link())["Location"] == invitation
    user = User.objects.get(email="nina@example.dk")
    assert (user.name, entries(user.pk)) == ("Nina Ny", [])


def test_only_our_own_addresses_are_gone_to(people: People) -> None:
    browser = Client()
    sign_up(browser, next="https://evil.example/")
    assert browser.post(link())["Location"] == "/"


@pytest.mark.parametrize("next_page", ["/s/nordlys/", "/nowhere", "//x", "%00"])
def test_a_business_is_needed_otherwise(people: People, next_page: str) -> None:
    answer = sign_up(Client(), next=next_page, business="")
    assert answer.status_code == 422
    assert 'href="#id_business"' in answer.text
