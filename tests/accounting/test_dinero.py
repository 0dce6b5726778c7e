"""Dinero keeps the providers' contract, against the sandbox's own books."""

from __future__ import annotations

import pytest

from accounting.base import Write
from tests.accounting import dinero_schemas
from tests.accounting.contract import AccountsContract, ProviderContract, Stage
from tests.accounting.dinero import World

pytestmark = pytest.mark.contract

POST = "POST /v1/{organizationId}"
OPERATIONS = {
    f"{POST}/contacts",
    f"{POST}/invoices",
    "GET /v1/{organizationId}/invoices/{guid}",
    f"{POST}/invoices/{{guid}}/book",
    f"{POST}/invoices/{{guid}}/payments",
}


class TestDinero(AccountsContract, ProviderContract):
    writes = (Write.CUSTOMER, Write.DRAFT, Write.BOOK, Write.PAYMENT)

    @pytest.fixture
    def world(self) -> World:
        return World()

    @pytest.fixture
    def stage(self, world: World) -> Stage:
        return world.stage()

    def test_requests_fit_dineros_own_file(self, stage: Stage):
        if not dinero_schemas.at_hand():
            pytest.skip("SKIPPED LOUDLY: ../shared/reference/schemas is missing, so no request was held against it")
        dinero_schemas.checked.clear()
        stage.settle()
        assert set(dinero_schemas.checked) == OPERATIONS

    def test_order_of_a_known_customer_takes_four_calls(self, stage: Stage):
        stage.the_customer()
        stage.wire.sent.clear()
        stage.settle()
        assert len(stage.wire.sent) == 4
