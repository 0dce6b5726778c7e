"""What the pages' tests share: the people and their businesses, the texts, a shop with both sides connected."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from connector.tenancy.scope import scope
from tests.people import People, make_people
from tests.web.factories import Setup, connect


@pytest.fixture(scope="session", autouse=True)
def translated(texts: None) -> None:
    """The pages are read in their languages."""


@pytest.fixture
def people(db_clean: None) -> People:
    return make_people()


@pytest.fixture
def nordlys(people: People) -> Setup:
    """Anna's shop, connected to both sides."""
    with scope(people.nordlys.tenant.pk):
        return connect(people.nordlys.shop)


@pytest.fixture
def danish() -> Iterator[None]:
    with translation.override("da"):
        yield
