"""Billy keeps the providers' contract, against the sandbox's own books."""

from __future__ import annotations

import pytest

from accounting.base import Write
from tests.accounting import billy_schemas
from tests.accounting.billy import World
from tests.accounting.contract import ProviderContract, ServiceProductsContract, Stage

pytestmark = pytest.mark.contract

OPERATIONS = {"GET contacts", "POST contacts", "POST invoices", "PUT invoices", "POST bankPayments"}


class TestBilly(ServiceProductsContract, ProviderContract):
    writes = (Write.CUSTOMER, Write.DRAFT, Write.BOOK, Write.PAYMENT)

    @pytest.fixture
    def world(self) -> World:
        return World()

    @pytest.fixture
    def stage(self, world: World) -> Stage:
        return world.stage()

    def test_requests_fit_billys_own_table(self, stage: Stage):
        if not billy_schemas.at_hand():
            pytest.skip("SKIPPED LOUDLY: ../shared/reference/schemas is missing, so no request was held against it")
        billy_schemas.checked.clear()
        stage.settle()
        assert set(billy_schemas.checked) == OPERATIONS - {"GET contacts"}

    def test_order_of_a_known_customer_takes_three_calls(self, stage: Stage):
        stage.the_customer()
        stage.wire.sent.clear()
        stage.settle()
        assert [(sent.method, sent.path.split("/")[2]) for sent in stage.wire.sent] == [
            ("POST", "invoices"),
            ("PUT", "invoices"),
            ("POST", "bankPayments"),
        ]
