"""What the mails say, in every language: plain text first, one button, nothing in the subject that is nobody's."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.conf import settings

from connector.core.states import State
from connector.notices import outbox, watching
from connector.notices.models import Choice, Kind, Mail, Trouble
from connector.notices.post import Written, message
from connector.web.notices.mails import write
from tests.notices.conftest import House
from tests.web.factories import a_job, an_attempt

pytestmark = pytest.mark.engine
LANGUAGES = [code for code, _name in settings.LANGUAGES]
SUBJECTS = {
    ("stop", "da"): "3 ordrer har brug for dig (nordlys.dk)",
    ("stop", "nb"): "3 ordrer trenger deg (nordlys.dk)",
    ("stop", "en"): "3 orders need you (nordlys.dk)",
    ("lost", "da"): "Forbindelsen til e-conomic er afbrudt (nordlys.dk)",
    ("lost", "nb"): "Tilkoblingen til e-conomic er brutt (nordlys.dk)",
    ("lost", "en"): "The connection to e-conomic is lost (nordlys.dk)",
    ("confirm", "da"): "Bekræft denne adresse (nordlys.dk)",
    ("confirm", "nb"): "Bekreft denne adressen (nordlys.dk)",
    ("confirm", "en"): "Confirm this address (nordlys.dk)",
}
BUTTONS = {
    ("stop", "da"): "Ret dem",
    ("stop", "nb"): "Rett dem",
    ("stop", "en"): "Fix them",
    ("lost", "da"): "Forbind igen",
    ("lost", "nb"): "Koble til på nytt",
    ("lost", "en"): "Connect again",
}
KINDS = [kind for kind in Kind if kind != Kind.SUPPORT]


def written(house: House, kind: str, language: str, facts: dict[str, str] | None = None) -> Written:
    """A mail of this kind to Anna, in her language, with something to tell."""
    anna = house.people.anna
    type(anna).objects.filter(pk=anna.pk).update(language=language)
    with house.scope():
        shop = house.setup.shop
        for what in Trouble.What:
            Trouble.objects.create(tenant_id=shop.tenant_id, shop=shop, what=what, since=house.at)
        Choice.objects.create(tenant_id=shop.tenant_id, shop=shop, user=anna, asked_address="regnskab@example.dk")
        told = facts or {"what": "books", "usual": "8", "since": house.at.isoformat()}
        user = None if kind == Kind.SUPPORT else anna
        outbox.put(shop, user, Kind(kind), "test", house.at, facts=told)
        made = write(Mail.objects.select_related("shop", "user").get(kind=kind))
    assert made is not None
    return made


def stops(house: House) -> None:
    house.stop("10020")
    house.stop("10021")
    with house.scope():
        job = a_job(
            house.setup,
            "10022",
            State.NEEDS_YOU,
            "sku-missing",
            facts={"name": "Kop"},
            total=Decimal("1249.00"),
            closed_at=house.at,
            customer_name="Ida Holm",
        )
        an_attempt(job)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_in_every_language(house: House, kind: str, language: str) -> None:
    stops(house)
    made = written(house, kind, language)
    assert made.subject == SUBJECTS.get((kind, language), made.subject)
    assert "%(" not in made.subject + made.text + made.html
    assert not re.search(r"\d,\d\d|\d\.\d\d (kr|DKK)|Ida Holm", made.subject), "no amount and no customer's name"
    assert f'<html lang="{language}">' in made.html
    assert made.html.count('class="button"') == 1
    [(button, words)] = re.findall(r'class="button" href="([^"]+)">([^<]+)<', made.html)
    assert words == BUTTONS.get((kind, language), words)
    assert button.startswith("https://connector.example/")
    assert button in made.text
    assert "<" not in made.text


@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_mail_is_left_in_danish(house: House, language: str) -> None:
    stops(house)
    made = written(house, "lost", language)
    assert not re.search(r"forbindelse|ordrer venter og overføres af", made.text + made.html, re.IGNORECASE)


def test_the_causes_with_most_money_come_first_with_their_sums(house: House) -> None:
    stops(house)
    text = written(house, "stop", "da").text.replace("\u00a0", " ")
    assert re.search(r'1\. Varen "Kop" har intet varenummer: 1 ordre, 1\.249,00 kr\.', text)
    assert "2. Varen KOP-7 findes ikke i e-conomic: 2 ordrer, 874,00 kr." in text
    assert text.startswith("De venter hos os, intet er tabt.")


def test_many_causes_are_counted(house: House) -> None:
    for number in range(5):
        house.stop(f"1002{number}", sku=f"KOP-{number}")
    assert "Og 2 årsager til." in written(house, "digest", "da").text


def test_a_lost_connection_says_how_many_orders_wait(house: House) -> None:
    with house.scope():
        for number in range(7):
            a_job(house.setup, f"1002{number}", State.WAITING)
    text = written(house, "lost", "da").text
    assert "7 ordrer venter og overføres af sig selv, når du har forbundet igen. Det tager et minut." in text
    assert "/s/nordlys/finance/connect/" in text


def test_support_is_told_whom_to_call(house: House) -> None:
    made = written(house, "support", "en")
    assert made.to == "support@connector.example"
    assert made.subject == "Forbindelsen til e-conomic er afbrudt (nordlys.dk)"
    assert "Nordlys ApS har fået tre mails om det. Ejer: Anna Berg <anna@example.dk>." in made.text
    assert made.off_url == ""


@pytest.mark.parametrize("kind", ["digest", "stop", "silent"])
def test_what_can_be_switched_off_can_be_by_one_click(house: House, kind: str) -> None:
    stops(house)
    made = written(house, kind, "da")
    with house.scope():
        sent = message(Mail.objects.get(), made).message()
    assert sent["List-Unsubscribe"] == f"<{made.off_url}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert made.off_url.startswith("https://connector.example/mails/off/")
    assert made.off_url in made.text
    assert made.off_url in made.html


@pytest.mark.parametrize("kind", ["lost", "confirm"])
def test_what_always_comes_has_no_such_link(house: House, kind: str) -> None:
    made = written(house, kind, "da")
    with house.scope():
        sent = message(Mail.objects.get(), made).message()
    assert sent["List-Unsubscribe"] is None
    assert "/mails/off/" not in made.text + made.html


def test_plain_text_comes_first(house: House) -> None:
    stops(house)
    made = written(house, "stop", "da")
    with house.scope():
        sent = message(Mail.objects.get(), made).message()
    assert [part.get_content_type() for part in sent.get_payload()] == ["text/plain", "text/html"]
    assert sent["Auto-Submitted"] == "auto-generated"


def test_a_name_cannot_add_a_header_or_a_tag(house: House) -> None:
    stops(house)
    with house.scope():
        type(house.setup.shop).objects.update(name="x\r\nBcc: y@example.dk<b>")
    made = written(house, "stop", "da")
    with house.scope():
        sent = message(Mail.objects.get(), made).message()
    assert sent["Bcc"] is None
    assert "<b>" not in made.html


def test_the_address_is_the_readers_choice(house: House) -> None:
    with house.scope():
        Choice.objects.create(
            tenant_id=house.setup.shop.tenant_id,
            shop=house.setup.shop,
            user=house.people.anna,
            address="regnskab@example.dk",
        )
    house.stop("10020")
    watching.look(house.setup.shop.tenant_id, house.setup.shop.pk, house.at)
    assert sorted(each.to[0] for each in house.look()) == ["bo@example.dk", "regnskab@example.dk"]
