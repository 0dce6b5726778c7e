"""Ledgerly keeps the providers' contract, against its stand-in's books."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accounting.base import Write
from tests.accounting import ledgerly
from tests.accounting.contract import ItemsContract, ProviderContract, Stage

pytestmark = pytest.mark.contract


class TestLedgerly(ItemsContract, ProviderContract):
    writes = (Write.CUSTOMER, Write.PRODUCT, Write.DRAFT, Write.BOOK, Write.PAYMENT)

    @pytest.fixture
    def stage(self) -> Stage:
        return ledgerly.stage()

    def test_draft_that_was_deleted_can_be_made_again(self, stage: Stage):
        call = stage.call(Write.DRAFT)
        stage.provider.discard(stage.the_draft())
        assert stage.provider.look(call) == []
        stage.draft = None
        assert stage.settle().booked == 1

    def test_draft_is_corrected_in_place(self, stage: Stage):
        first, *rest = stage.document.lines
        other = replace(stage.document, lines=(replace(first, unit_price=first.unit_price * 2), *rest))
        call = stage.provider.correct_call(other, stage.the_customer(), stage.the_draft())
        made = stage.provider.send(call, "key-1")
        assert (made.id, made.figures and made.figures.gross) == (stage.the_draft().id, other.gross)
        assert stage.provider.look(call) == [made]
