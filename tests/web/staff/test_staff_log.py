"""The staff log: an order of any business by number, reason and reference; nobody else gets in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from connector.core.states import State
from connector.staff import lookups
from connector.staff.lookups import Query
from connector.staff.models import StaffEntry
from connector.tenancy.models import User
from connector.tenancy.scope import scope
from connector.web.staff.found import redacted
from connector.web.staff.queries import parsed
from tests.people import People, signed_in
from tests.web.counting import queries
from tests.web.factories import Setup, a_job, a_step, an_attempt, connect
from tests.web.reading import joined

LOG = "/staff/log/"
NOW = timezone.now()
PAGES = [LOG, "/staff/us/", "/staff/messages/", "/staff/businesses/1/"]


@pytest.fixture
def stine(people: People) -> User:
    """One of us."""
    user = User(email="stine@example.dk", name="Stine Holm", is_staff=True)
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def two(people: People, nordlys: Setup) -> Setup:
    """An order that stopped at each of two businesses."""
    with scope(nordlys.shop.tenant_id):
        facts = {"order": "10020", "sku": "KOP-7"}
        job = a_job(nordlys, "10020", State.NEEDS_YOU, "product-missing", facts=facts)
        body = '{"customer": {"name": "Ida Holm"}, "total": 437.5}'
        a_step(job, "draft", request={"method": "POST", "path": "/invoices/drafts", "body": body})
        an_attempt(job, started_at=NOW)
    with scope(people.elsewhere.tenant.pk):
        theirs = connect(people.elsewhere.shop)
        facts = {"order": "777", "ref": "4f2c-CPH"}
        an_attempt(a_job(theirs, "777", State.NEEDS_US, "unexpected", facts=facts), started_at=NOW)
    return nordlys


def found(user: User, q: str, period: str = "24") -> str:
    answer = signed_in(user).get(LOG, {"q": q, "period": period})
    assert answer.status_code == 200
    return joined(answer.content.decode())


@pytest.mark.parametrize("q", ["ordre:10020", "order:#10020", "10020", "kode:product-missing", "product-missing"])
@pytest.mark.usefixtures("two")
def test_an_order_is_found_by_number_and_reason(stine: User, q: str) -> None:
    page = found(stine, q)
    assert "Nordlys ApS" in page
    assert "KOP-7" in page
    assert "Andetsteds ApS" not in page


@pytest.mark.parametrize("q", ["ref:4f2c-CPH", "777", "shop:andetsteds", "andetsteds.dk", "Andetsteds ApS"])
@pytest.mark.usefixtures("two")
def test_an_order_is_found_by_reference_and_name(stine: User, q: str) -> None:
    page = found(stine, q)
    assert "unexpected" in page
    assert "Nordlys ApS" not in page


@pytest.mark.parametrize("q", ["ordre:1002", "kode:fee-unknown", "ref:4f2c", "ordre:10020 kode:unexpected", "' OR 1=1"])
@pytest.mark.usefixtures("two")
def test_what_does_not_fit_is_not_shown(stine: User, q: str) -> None:
    page = found(stine, q)
    assert "Nordlys ApS" not in page
    assert "Andetsteds ApS" not in page


def test_each_of_several_references_is_found_and_is_a_search(stine: User, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        an_attempt(a_job(nordlys, "5", State.NEEDS_US, "two-found", facts={"ref": "20231, 20232"}), started_at=NOW)
    for ref in ("20231", "20232"):
        page = found(stine, f"ref:{ref}")
        assert "?q=ref:20231&" in page
        assert "?q=ref:20232&" in page
    assert "Nordlys ApS" not in found(stine, "ref:2023")


def test_an_order_is_found_by_the_number_of_its_invoice(stine: User, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        an_attempt(a_job(nordlys, "10017", State.DONE, document_number="20231"), started_at=NOW)
    assert "order:10017&" in found(stine, "20231")
    assert "order:10017&" not in found(stine, "2023")


def test_an_order_that_was_never_tried_is_found(stine: User, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_job(nordlys, "10099", order=None)
    assert "10099" in found(stine, "ordre:10099").replace('value="ordre:10099"', "")


def test_older_tries_are_found_further_back(stine: User, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        an_attempt(a_job(nordlys, "10020"), started_at=NOW - timedelta(days=3))
    assert "Nordlys ApS" not in found(stine, "ordre:10020")
    assert "Nordlys ApS" in found(stine, "ordre:10020", "168")


@pytest.mark.usefixtures("two")
def test_a_reason_tells_how_many_it_hits(stine: User) -> None:
    counted = lookups.hits(stine.pk, "product-missing", NOW - timedelta(hours=1), 10)
    assert (counted.times, counted.businesses) == (1, 1)
    assert "/staff/messages/?reason=product-missing" in found(stine, "product-missing")


@pytest.mark.usefixtures("two")
def test_what_was_sent_is_shown_without_anybodys_data(stine: User) -> None:
    page = found(stine, "ordre:10020")
    assert "POST /invoices/drafts" in page
    assert "437.5" in page
    assert "Ida" not in page


@pytest.mark.unit
def test_redacting_keeps_names_and_figures() -> None:
    assert redacted('{"a": [{"name": "Bo", "n": 2}]}') == '{\n "a": [\n  {\n   "name": "‹2›",\n   "n": 2\n  }\n ]\n}'
    assert redacted("<xml>Bo</xml>") == "‹13›"
    assert redacted("") == ""


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ordre:10020 kode:total-off", {"number": "10020", "code": "total-off"}),
        ("ref:4f2c-CPH", {"ref": "4f2c-CPH"}),
        ("#10020", {"number": "10020"}),
        ("total-off", {"code": "total-off"}),
        ("Nordlys ApS", {"words": "Nordlys ApS"}),
        ("nx:5", {"words": "nx:5"}),
        ("", {}),
    ],
    ids=["two", "ref", "number", "code", "name", "no-such-kind", "nothing"],
)
def test_what_is_typed_is_understood(text: str, told: dict[str, str]) -> None:
    assert parsed(text, NOW) == Query(NOW, **told)


def test_the_log_is_paged(stine: User, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        for number in range(30):
            an_attempt(a_job(nordlys, f"N{number}"), started_at=NOW)
    first = found(stine, "")
    assert "order:N29&" in first
    assert "order:N4&" not in first
    answer = signed_in(stine).get(LOG + first.split('class="pager"><a href="')[1].split('"')[0].replace("&amp;", "&"))
    assert "order:N4&" in answer.content.decode()
    assert "order:N5&" not in answer.content.decode()


def test_as_many_queries_for_many_lines_as_for_few(stine: User, two: Setup) -> None:
    browser = signed_in(stine)
    few = queries(browser, LOG)
    with scope(two.shop.tenant_id):
        for number in range(20):
            an_attempt(a_job(two, f"M{number}", State.NEEDS_YOU, "fee-unknown"), started_at=NOW)
    assert queries(browser, LOG) == few <= 40


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("two")
def test_nobody_else_finds_the_staff_area(people: People, path: str) -> None:
    for user in (people.anna, people.bo, people.lis, people.mallory):
        assert signed_in(user).get(path).status_code == 404
        assert signed_in(user).post(path).status_code == 404
    assert not StaffEntry.objects.exists()


@pytest.mark.usefixtures("two")
def test_the_database_answers_nobody_who_is_not_staff(people: People, stine: User) -> None:
    asked = Query(NOW - timedelta(days=1))
    assert len(lookups.log(stine.pk, asked, None, 10)) == 2
    assert lookups.ours(stine.pk, 10)
    assert lookups.businesses(stine.pk, "nordlys", 10) == [people.nordlys.tenant.pk]
    User.objects.filter(pk=stine.pk).update(is_active=False)
    for user in (people.anna, stine):
        assert lookups.log(user.pk, asked, None, 10) == []
        assert lookups.untried(user.pk, "10020", 10) == []
        assert lookups.ours(user.pk, 10) == []
        assert lookups.businesses(user.pk, "nordlys", 10) == []
        assert lookups.hits(user.pk, "product-missing", asked.since, 10).times == 0


@pytest.mark.parametrize("path", PAGES[:3])
def test_with_a_host_of_its_own_the_area_is_only_there(stine: User, path: str) -> None:
    with override_settings(STAFF_HOST="staff.example.dk", ALLOWED_HOSTS=["testserver", "staff.example.dk"]):
        assert signed_in(stine).get(path).status_code == 404
        assert signed_in(stine).get(path, headers={"host": "staff.example.dk"}).status_code == 200


@pytest.mark.usefixtures("two")
def test_every_search_is_written_down(stine: User) -> None:
    found(stine, "ordre:10020")
    entry = StaffEntry.objects.get()
    assert (entry.who, entry.what, entry.facts["q"]) == ("Stine Holm", "searched", "ordre:10020")
