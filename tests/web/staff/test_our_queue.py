"""Our own queue: orders that need us, two vouchers of which one counts, and lanes that nobody works."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from connector.core.states import State
from connector.staff.models import StaffEntry
from connector.sync.models import ActivityEntry, Channel, Chore, SyncJob
from connector.tenancy.models import User
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.factories import Setup, a_job, a_step
from tests.web.reading import joined
from tests.web.staff.test_staff_log import stine

__all__ = ["stine"]

US = "/staff/us/"


def ours(nordlys: Setup, reason: str = "two-found", **facts: str) -> SyncJob:
    with scope(nordlys.shop.tenant_id):
        job = a_job(nordlys, "10017", State.NEEDS_US, reason, facts={"order": "10017", **facts})
        a_step(job, "book", status="intent", done_at=None, result=None)
        return job


def now_of(job: SyncJob) -> SyncJob:
    with scope(job.tenant_id):
        return SyncJob.objects.get(pk=job.pk)


def act(stine: User, job: SyncJob, **form: str) -> None:
    answer = signed_in(stine).post(f"{US}{job.tenant_id}/orders/{job.pk}/", form)
    assert (answer.status_code, answer["Location"]) == (302, US)


def test_the_queue_shows_what_needs_us_alone(stine: User, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_job(nordlys, "555", State.NEEDS_YOU, "total-off")
    ours(nordlys, ref="20231, 20232")
    page = joined(signed_in(stine).get(US).content.decode())
    assert "10017" in page
    assert 'value="20231"' in page
    assert 'value="20232"' in page
    assert "order:555&" not in page


def test_trying_again_sends_it_through_the_engine(stine: User, nordlys: Setup) -> None:
    job = ours(nordlys, "unexpected", ref="1")
    act(stine, job)
    assert (now_of(job).state, now_of(job).lane) == ("waiting", SyncJob.Lane.PERSON)
    with scope(job.tenant_id):
        assert ActivityEntry.objects.get().who == "Stine Holm, Connector"
        assert Channel.objects.get().next_at is not None


def test_of_two_vouchers_one_is_said_to_count(stine: User, nordlys: Setup) -> None:
    job = ours(nordlys, ref="20231, 20232")
    act(stine, job, number="20232", note="20231 er krediteret")
    after = now_of(job)
    assert (after.state, after.detail, after.reason) == ("done", "by-hand", "")
    assert (after.document_number, after.note, after.not_before) == ("20232", "20231 er krediteret", None)
    with scope(job.tenant_id):
        entry = ActivityEntry.objects.get()
    assert (entry.what, entry.facts, entry.job_id) == ("two-found-settled", {"number": "20232"}, job.pk)
    assert StaffEntry.objects.filter(what="two-found-settled", business=job.tenant_id).exists()


@pytest.mark.parametrize("number", ["99999", "2023", "20231, 20232"])
def test_a_voucher_that_was_not_found_cannot_count(stine: User, nordlys: Setup, number: str) -> None:
    job = ours(nordlys, ref="20231, 20232")
    act(stine, job, number=number)
    assert (now_of(job).state, now_of(job).document_number) == ("needs_us", "")


def test_what_does_not_need_us_is_left_alone(stine: User, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        job = a_job(nordlys, "10017", State.NEEDS_YOU, "two-found", facts={"ref": "1, 2"})
    act(stine, job)
    act(stine, job, number="1")
    assert now_of(job).state == "needs_you"


def test_an_order_is_not_reached_through_another_business(people: People, stine: User, nordlys: Setup) -> None:
    job = ours(nordlys, ref="1, 2")
    signed_in(stine).post(f"{US}{people.elsewhere.tenant.pk}/orders/{job.pk}/", {"number": "1"})
    assert now_of(job).state == "needs_us"


def test_only_staff_act(people: People, nordlys: Setup) -> None:
    job = ours(nordlys, ref="1, 2")
    for user in (people.anna, people.mallory):
        answer = signed_in(user).post(f"{US}{job.tenant_id}/orders/{job.pk}/", {"number": "1"})
        assert answer.status_code == 404
    assert now_of(job).state == "needs_us"


def test_a_lane_that_nobody_works_is_shown_and_can_be_woken(stine: User, nordlys: Setup) -> None:
    page = joined(signed_in(stine).get(US).content.decode())
    lane = f"{US}{nordlys.shop.tenant_id}/lanes/{nordlys.channel.pk}/"
    assert lane not in page
    late = timezone.now() - timedelta(minutes=11)
    with scope(nordlys.shop.tenant_id):
        Channel.objects.update(next_at=late)
    assert lane in signed_in(stine).get(US).content.decode()
    assert signed_in(stine).post(lane).status_code == 302
    assert StaffEntry.objects.filter(what="lane-pushed").exists()


def test_a_chore_that_is_late_is_shown(stine: User, nordlys: Setup) -> None:
    Chore.objects.create(name="forget", next_at=timezone.now() - timedelta(hours=2))
    assert "forget" in signed_in(stine).get(US).content.decode()
