"""A person chooses the customer once: this order goes to them, and so do the buyer's later ones."""

from __future__ import annotations

import pytest
from django.db.models import Q

from connector.sync import acts
from connector.sync.models import SyncJob
from tests.sync.test_which_customer import CUP, customer_of, twins
from tests.sync.world import ANNA, World

pytestmark = pytest.mark.engine


def test_the_customer_that_a_person_chose_is_used_and_remembered(world: World) -> None:
    numbers = twins(world)
    order = world.sold(products=[CUP], email="Ida@Example.dk")
    world.settle()
    assert world.job(order).reason == "customer-ambiguous"
    with world.scope():
        job = SyncJob.objects.select_related("shop", "integration__connection", "integration__settings").get(
            pk=world.job(order).pk
        )
        acts.choose_customer(job, numbers[1], ANNA)
        assert acts.release(Q(pk=job.pk)) == 1
    world.settle()
    assert (world.job(order).state, str(customer_of(world, order))) == ("done", numbers[1])
    again = world.sold(products=[CUP], email="ida@example.dk")
    world.settle()
    assert str(customer_of(world, again)) == numbers[1]
