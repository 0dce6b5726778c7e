"""The settings' history: who saved what when, in words, and the documents made under each version."""

from __future__ import annotations

import pytest

from connector.sync.models import Integration, SettingsVersion
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.counting import queries
from tests.web.factories import Setup, a_booked_job
from tests.web.setup.outside import Browser, Outside, text_of
from tests.web.setup.saving import save

pytestmark = pytest.mark.engine

PAGE = "finance/history/"


def test_versions_say_who_when_and_what_in_words(page: Browser, outside: Outside) -> None:
    save(page, trigger="payment")
    save(page, trigger="shipment", booking="on", account="5820", **{"shipping@25": ""})
    text = text_of(page.page(PAGE))
    assert text.index("Version 2 bruges nu") < text.index("Version 1")
    assert "af Anna Berg" in text
    assert "Hvornår ordrer overføres ved betaling ved afsendelse" in text
    assert "Bogføring slået fra slået til" in text
    assert "5825 Webshopsalg (mellemregning) 5820 Bank" in text
    assert "Fragt, 25 %" in text
    assert "trigger" not in text
    assert "De første indstillinger for denne forbindelse." in text


def test_a_save_without_a_change_is_said(page: Browser) -> None:
    save(page, start_at="2026-11-20T12:00")
    save(page, start_at="2026-11-20T12:00")
    assert "Gemt uden ændringer." in text_of(page.page(PAGE))


def test_a_version_leads_to_its_documents(people: People, nordlys: Setup) -> None:
    with scope(people.nordlys.tenant.pk):
        a_booked_job(nordlys, "10017")
        later = SettingsVersion.objects.create(
            tenant=people.nordlys.tenant, integration=nordlys.integration, number=15, values={}, saved_by="Bo Lund"
        )
        Integration.objects.filter(pk=nordlys.integration.pk).update(settings=later)
    anna = Browser(signed_in(people.anna))
    text = text_of(anna.page(PAGE))
    assert text.count("1 bilag") == 1
    assert "Intet bilag er lavet under den." in text
    shown = anna.page(PAGE, version="14")
    assert 'href="/s/nordlys/orders/10017/"' in shown.content.decode()
    assert "20231" in text_of(shown)
    assert 'href="/s/nordlys/orders/10017/"' not in anna.page(PAGE, version="15").content.decode()


@pytest.mark.parametrize("version", ["0", "x", "99999999999999999999", "²"])
def test_a_version_that_is_none_shows_the_list(page: Browser, version: str) -> None:
    save(page)
    assert "Version 1" in text_of(page.page(PAGE, version=version))


def test_many_versions_are_paged_with_as_many_queries_as_few(people: People, nordlys: Setup) -> None:
    anna = Browser(signed_in(people.anna))
    few = queries(anna.client, f"/s/nordlys/{PAGE}")
    with scope(people.nordlys.tenant.pk):
        SettingsVersion.objects.bulk_create(
            SettingsVersion(
                tenant=people.nordlys.tenant,
                integration=nordlys.integration,
                number=number,
                values={"orders": "on" if number % 2 else "off"},
                saved_by="Anna Berg",
            )
            for number in range(15, 60)
        )
    assert queries(anna.client, f"/s/nordlys/{PAGE}") == few
    shown = anna.page(PAGE)
    assert "Ældre" in text_of(shown)
    assert "Gemt uden" not in text_of(shown)


def test_a_reader_does_not_see_it(page: Browser, people: People) -> None:
    save(page)
    assert Browser(signed_in(people.lis)).page(PAGE).status_code == 403
    assert Browser(signed_in(people.bo)).page(PAGE).status_code == 200
