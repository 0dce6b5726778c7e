"""Looking in Dinero's books: whatever a filter gives is compared again, and what cannot be said in one is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounting.base import Write
from accounting.providers.dinero.filters import contains, equal
from connector.core.customers import identified
from connector.core.document import Customer
from connector.core.errors import Temporary
from connector.core.order import Party
from tests.accounting.contract import Stage
from tests.accounting.dinero import World, a_document
from tests.accounting.wire import Act, Sent, Serve, says

pytestmark = pytest.mark.contract

IDA = Customer("ida@example.dk", Party(name="Ida Holm", email="ida@example.dk", country="DK"))


def found(world: World, customer: Customer | None) -> list[str]:
    assert customer is not None
    return [receipt.id for receipt in world.connect().find_customers(customer)]


class TestContacts:
    def test_typed_in_by_hand_is_found_whatever_its_letters(self):
        world = World()
        guid = world.organization.make_contact("Ida", Email="IDA@Example.dk", IsPerson=True)
        assert found(world, IDA) == [guid]

    def test_part_of_another_address_is_nobody(self):
        world = World()
        world.organization.make_contact("Frida", Email="frida@example.dk")
        assert found(world, IDA) == []

    def test_several_are_listed_oldest_first(self):
        world = World()
        first = world.organization.make_contact("Ida (2)", Email="ida@example.dk")
        world.clock.now += 60
        second = world.organization.make_contact("Ida (1)", Email="ida@example.dk")
        assert found(world, IDA) == [first, second]

    def test_deleted_is_nobody(self):
        world = World()
        world.organization.delete_contact_by_hand(world.organization.make_contact("Ida", Email="ida@example.dk"))
        assert found(world, IDA) == []

    def test_deleted_that_a_list_shows_all_the_same_is_nobody(self):
        world = World()
        row = {"ContactGuid": "x", "Email": "ida@example.dk", "DeletedAt": "2026-11-01T10:00:00"}
        world.wire.next_read(says(200, json.dumps({"Collection": [row], "Pagination": {}}).encode()))
        assert found(world, IDA) == []

    @pytest.mark.parametrize("email", ["o'brien@example.dk", "a;b@example.dk", "'@example.dk"])
    def test_address_that_no_filter_can_say(self, email: str):
        world = World()
        guid = world.organization.make_contact("O'Brien", Email=email)
        world.organization.make_contact("Another", Email="brien@example.dk")
        assert found(world, Customer(email, Party(name="O'Brien", email=email))) == [guid]

    @pytest.mark.parametrize("typed", ["12345678", "DK12345678", "DK-12345678"])
    def test_company_is_found_by_its_number(self, typed: str):
        world = World()
        guid = world.organization.make_contact("Nordlys", VatNumber=typed, Email="a@example.dk")
        world.organization.make_contact("Other", VatNumber="112345678", Email="b@example.dk")
        buyer = Party(company="Nordlys ApS", vat_number="DK 12 34 56 78", email="ny@example.dk", country="DK")
        assert found(world, identified(buyer, by_name=False)) == [guid]

    def test_company_that_never_told_its_number_is_found_by_its_address(self):
        world = World()
        guid = world.organization.make_contact("Nordlys", Email="bog@example.dk")
        buyer = Party(company="Nordlys ApS", vat_number="12345678", email="bog@example.dk", country="DK")
        assert found(world, identified(buyer, by_name=False)) == [guid]

    def test_name_needs_postcode_and_phone_too(self):
        world = World()
        guid = world.organization.make_contact("Bo Lund", ZipCode="8000", Phone="+45 12 34 56 78")
        world.organization.make_contact("Bo Lund", ZipCode="8000", Phone="87654321")
        buyer = Party(name="Bo Lund", postcode="8000", phone="12345678", country="DK")
        assert found(world, identified(buyer, by_name=True)) == [guid]

    def test_nobody_without_a_key(self):
        world = World()
        assert found(world, Customer("", Party(name="Kunder"))) == []
        assert world.wire.sent == []

    def test_list_goes_on_while_pages_are_full(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("accounting.providers.dinero.client.PAGE", 2)
        world = World()
        guids = {world.organization.make_contact(f"Ida {n}", Email="ida@example.dk") for n in range(5)}
        assert set(found(world, IDA)) == guids
        assert [sent.query["page"] for sent in world.wire.sent] == ["0", "1", "2"]


class TestFilters:
    def test_as_dinero_wants_them(self):
        assert equal("Email", "ida@example.dk") == "Email eq 'ida@example.dk'"
        assert contains("VatNumber", "12345678") == "VatNumber contains '12345678'"

    def test_what_cannot_be_said_is_left_out(self):
        assert equal("Name", "O'Brien; Ltd") == "Name contains 'Brien'"

    @pytest.mark.parametrize("value", ["", " ", "'", "';"])
    def test_nothing_is_no_filter(self, value: str):
        with pytest.raises(ValueError, match="nothing"):
            contains("Name", value)


class TestInvoices:
    def test_unfiltered_list_makes_no_stranger_ours(self):
        world = World()
        stage = world.stage()
        call = stage.call(Write.DRAFT)
        stranger = world.stage(a_document(key="invoice:shoporama:7:99"))
        stranger.the_draft()

        def unfiltered(request: Sent, serve: Serve) -> Any:
            query = {name: value for name, value in request.query.items() if name != "queryFilter"}
            return serve(Sent(request.method, request.path, query, request.headers, request.body))

        stage.wire.next_read(lambda request, serve: serve(request))
        stage.wire.next_read(unfiltered)
        assert stage.provider.look(call) == []

    def test_copy_under_another_guid_is_seen(self):
        """Somebody made it anew by hand, or an import did: what carries our key is ours to see."""
        world = World()
        stage = world.stage()
        call = stage.call(Write.DRAFT)
        draft = stage.the_draft()
        books = world.organization.books
        copy = books.invoices[draft.id]
        books.forget_invoice(draft.id)
        copy.guid = books.new_guid()
        books.put_invoice(copy)
        assert [found.id for found in stage.provider.look(call)] == [copy.guid]


class TestBalances:
    def booked(self, world: World, n: int) -> list[Stage]:
        stages = [world.stage(a_document(key=f"invoice:shoporama:7:{number}")) for number in range(n)]
        for stage in stages:
            stage.settle()
        return stages

    def test_many_take_one_call(self):
        world = World()
        invoices = [stage.the_booked().id for stage in self.booked(world, 5)]
        world.wire.sent.clear()
        assert set(world.connect().balances(invoices).values()) == {0}
        assert len(world.wire.sent) == 1

    @pytest.mark.parametrize("lag", [0, 60])
    def test_those_that_are_not_listed_as_paid_are_asked_singly(self, lag: int):
        world = World(switches={"list_lag_seconds": lag})
        paid = self.booked(world, 3)
        still_open = world.stage(a_document(key="invoice:shoporama:7:open")).the_booked().id
        balances = world.connect().balances([*(stage.the_booked().id for stage in paid), still_open])
        assert [str(value) for value in balances.values()] == ["0.00", "0.00", "0.00", "249.00"]

    def test_list_that_passes_over_its_filter_settles_nothing(self):
        world = World()
        invoices = [stage.the_booked().id for stage in self.booked(world, 2)]
        still_open = world.stage(a_document(key="invoice:shoporama:7:open")).the_booked().id

        def unfiltered(request: Sent, serve: Serve) -> Any:
            query = {name: value for name, value in request.query.items() if name != "statusFilter"}
            return serve(Sent(request.method, request.path, query, request.headers, request.body))

        world.wire.next_read(unfiltered)
        assert str(world.connect().balances([*invoices, still_open])[still_open]) == "249.00"

    def test_overpaid_is_below_zero(self):
        world = World()
        invoices = [stage.the_booked().id for stage in self.booked(world, 3)]
        world.organization.pay_by_hand(invoices[0], amount=100)
        assert str(world.connect().balances(invoices)[invoices[0]]) == "-1.00"

    def test_unknown_invoice_is_left_out(self):
        assert World().connect().balances(["00000000-0000-4000-8000-000000000000"]) == {}

    def test_none_asks_nothing(self):
        world = World()
        assert world.connect().balances([]) == {}
        assert world.wire.sent == []


class TestNoAnswer:
    BAD: dict[str, Act] = {
        "a page": says(200, b"<html>"),
        "an array": says(200, b"[]"),
        "no rows": says(200, b'{"Collection": [1], "Pagination": {}}'),
        "no collection": says(200, b'{"Pagination": {}}'),
    }

    @pytest.mark.parametrize("name", BAD)
    def test_list_that_is_none_is_never_empty(self, name: str):
        world = World()
        world.wire.next_read(self.BAD[name])
        with pytest.raises(Temporary):
            world.connect().find_customers(IDA)

    def test_list_of_nothing_is_empty(self):
        world = World()
        world.wire.next_read(says(200, b'{"Collection": null, "Pagination": {}}'))
        assert world.connect().find_customers(IDA) == []
