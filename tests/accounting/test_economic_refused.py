"""Refusals that say less than they mean: what was done already, and what has to be asked to be told."""

from __future__ import annotations

import pytest

from accounting.base import Write
from connector.core.errors import NeedsSetup, Rejected
from tests.accounting.contract import Stage
from tests.accounting.economic import World, a_document_line

pytestmark = pytest.mark.contract


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def stage(world: World) -> Stage:
    return world.stage()


class TestRefusedBecauseDone:
    """A second call of what is done already finds it, whatever it is refused with."""

    @pytest.mark.parametrize("status", [404, 400])
    def test_booked_by_hand(self, world: World, stage: Stage, status: int):
        world.agreement.switches["unknown_draft"] = status
        number = world.agreement.book_by_hand(int(stage.the_draft().id))
        booked = stage.make(Write.BOOK)
        assert (booked.id, booked.final, booked.figures) == (str(number), True, stage.the_draft().figures)

    @pytest.mark.parametrize("status", [404, 400])
    def test_draft_deleted_by_hand(self, world: World, stage: Stage, status: int):
        world.agreement.switches["unknown_draft"] = status
        world.agreement.delete_draft_by_hand(int(stage.the_draft().id))
        with pytest.raises(Rejected) as stopped:
            stage.make(Write.BOOK)
        assert (stopped.value.code, dict(stopped.value.facts)) == ("draft-deleted", {"order": "10045"})

    @pytest.mark.parametrize("status", [404, 400])
    def test_journal_booked_by_hand(self, world: World, stage: Stage, status: int):
        world.agreement.switches["missing_entry"] = status
        call = stage.call(Write.PAYMENT_BOOK)
        stage.provider.send(call, "another key")
        assert stage.provider.send(call, "key-1").final

    @pytest.mark.parametrize("status", [404, 400])
    def test_entry_deleted_by_hand(self, world: World, stage: Stage, status: int):
        world.agreement.switches["missing_entry"] = status
        call = stage.call(Write.PAYMENT_BOOK)
        world.agreement.books.draft_entries.clear()
        with pytest.raises(Rejected, match="settlement-stopped"):
            stage.provider.send(call, "key-1")

    def test_product_made_meanwhile(self, stage: Stage):
        call = stage.call(Write.PRODUCT)
        assert stage.provider.send(call, "key-1") == stage.provider.send(call, "key-1")
        assert stage.provider.send(call, "key-2").id == stage.new_line.item

    def test_wrong_group_is_still_a_refusal(self, stage: Stage):
        stage.new_line = a_document_line("NEW", "1", "1.00", group="77")
        with pytest.raises(Rejected) as stopped:
            stage.make(Write.PRODUCT)
        assert (stopped.value.code, stopped.value.facts["field"]) == ("choice-gone", "product_group")


class TestRefusedWithoutACode:
    @pytest.mark.parametrize("how", ["E04041", "plain"])
    def test_closed_year_and_barred_period(self, world: World, stage: Stage, how: str):
        world.agreement.switches["closed_period"] = how
        stage.the_draft()
        world.agreement.bar_period("2026-11-01", "2026-11-30")
        with pytest.raises(Rejected) as stopped:
            stage.make(Write.BOOK)
        assert (stopped.value.code, stopped.value.facts["period"], stopped.value.facts["open"]) == (
            "period-closed",
            "2026-11",
            "2026-12-01",
        )

    @pytest.mark.parametrize("how", ["E04041", "plain"])
    def test_missing_year(self, world: World, stage: Stage, how: str):
        world.agreement.switches["closed_period"] = how
        stage.the_draft()
        del world.agreement.books.master.calendar.years["2026"]
        with pytest.raises(Rejected) as stopped:
            stage.make(Write.BOOK)
        assert (stopped.value.code, stopped.value.facts["year"]) == ("year-missing", "2026")

    @pytest.mark.parametrize("moment", ["booking", "draft"])
    def test_barred_customer(self, world: World, stage: Stage, moment: str):
        world.agreement.switches["barred_customer_at"] = moment
        world.agreement.bar_customer(int(stage.the_customer()))
        with pytest.raises(Rejected) as stopped:
            stage.make(Write.BOOK)
        assert (stopped.value.code, stopped.value.facts["customer"]) == ("customer-barred", stage.customer)

    @pytest.mark.parametrize("moment", ["booking", "draft"])
    def test_barred_product(self, world: World, stage: Stage, moment: str):
        world.agreement.switches["barred_product_at"] = moment
        world.agreement.bar_product("KOP-1")
        with pytest.raises(Rejected) as stopped:
            stage.make(Write.BOOK)
        assert (stopped.value.code, stopped.value.facts["sku"]) == ("product-barred", "KOP-1")

    def test_journal_in_a_closed_year(self, world: World, stage: Stage):
        stage.the_booked()
        world.agreement.close_year(2026)
        with pytest.raises(Rejected, match="period-closed"):
            stage.make(Write.PAYMENT)

    def test_role_that_cannot_read_the_years(self, world: World, stage: Stage):
        world.agreement.switches["closed_period"] = "plain"
        stage.the_draft()
        world.agreement.close_year(2026)
        world.agreement.role = "Sales"
        with pytest.raises(Rejected, match="unexpected"):
            stage.make(Write.BOOK)

    def test_right_that_is_missing_stops_the_settlement(self, world: World, stage: Stage):
        call = stage.call(Write.PAYMENT)
        world.agreement.role = "Sales"
        with pytest.raises(NeedsSetup, match="right-missing"):
            stage.provider.send(call, "key-1")
