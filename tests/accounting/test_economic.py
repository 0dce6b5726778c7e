"""e-conomic keeps the providers' contract, against the sandbox's own books."""

from __future__ import annotations

import pytest

from tests.accounting import economic_schemas
from tests.accounting.contract import ItemsContract, ProviderContract, Stage
from tests.accounting.economic import World

pytestmark = pytest.mark.contract


class TestEconomic(ItemsContract, ProviderContract):
    @pytest.fixture
    def world(self) -> World:
        return World()

    @pytest.fixture
    def stage(self, world: World) -> Stage:
        return world.stage()

    def test_requests_fit_the_vendors_schemas(self, stage: Stage):
        if not economic_schemas.at_hand():
            pytest.skip("SKIPPED LOUDLY: ../shared/reference/schemas is missing, so no request was held against it")
        economic_schemas.checked.clear()
        for write in self.writes:
            stage.make(write)
        assert set(economic_schemas.checked) == {*economic_schemas.LEGACY.values(), *economic_schemas.OPEN.values()}
