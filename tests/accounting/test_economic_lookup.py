"""Finding things: by e-mail, by number, by our key, by our mark; in lists that are thin, late, or too generous."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounting.base import Write
from accounting.providers.economic.lookup import Lookup
from connector.core.customers import identified
from connector.core.document import Customer
from connector.core.errors import OutcomeUnknown, Temporary
from connector.core.order import Party, PaymentKind
from connector.lib.http import Answer
from tests.accounting.contract import Stage
from tests.accounting.economic import World, a_document, a_document_line, a_payment
from tests.accounting.wire import Act, Sent, Serve, does_and_says, lost_after, says

pytestmark = pytest.mark.contract


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def stage(world: World) -> Stage:
    return world.stage()


def buyer(email: str) -> Customer:
    party = Party(name="Ida Holm", email=email)
    return Customer(party.email_key, party)


def changed(change: Callable[[Any], Any]) -> Act:
    """The real answer, its JSON changed."""

    def act(request: Sent, serve: Serve) -> Answer:
        answer = serve(request)
        document = json.loads(answer.body)
        return Answer(answer.status, answer.headers, json.dumps(change(document)).encode())

    return act


def with_rows(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Act:
    return changed(lambda document: document | {"collection": [change(row) for row in document["collection"]]})


class TestCustomers:
    def made(self, world: World, email: str) -> str:
        provider = world.connect()
        document = a_document(buyer=Party(name="Ida", email="first@example.dk"))
        number = provider.send(
            provider.customer_call(document.customer, document), f"key-{len(world.agreement.books.customers)}"
        ).id
        world.agreement.books.customer_emails.remove("first@example.dk", int(number))
        customer = world.agreement.books.customers[int(number)]
        customer.data["email"] = email
        customer.touch(0)
        world.agreement.books.customer_emails.add(email, int(number))
        return number

    @pytest.mark.parametrize(
        ("kept", "asked"),
        [
            ("Ida@Example.DK", "ida@example.dk"),
            ("ida+shop@example.dk", "IDA+shop@example.dk"),
            ("other@example.dk ida@example.dk", "ida@example.dk"),
            ("a(b)$c*[d],e@example.dk", "a(b)$c*[d],e@example.dk"),
            ("x@y.dk a(b)$c*[d],e@example.dk", "a(b)$c*[d],e@example.dk"),
        ],
    )
    def test_found_by_email_as_the_field_holds_it(self, world: World, kept: str, asked: str):
        number = self.made(world, kept)
        assert [found.id for found in world.connect().find_customers(buyer(asked))] == [number]

    @pytest.mark.parametrize("kept", ["xida@example.dk", "ida@example.dk.com", "ida@example.dk,b@c.dk", ""])
    def test_likeness_is_not_enough(self, world: World, kept: str):
        self.made(world, kept)
        assert world.connect().find_customers(buyer("ida@example.dk")) == []

    def test_barred_ones_come_last(self, world: World):
        first, second = self.made(world, "ida@example.dk"), self.made(world, "ida@example.dk")
        world.agreement.bar_customer(int(first))
        found = world.connect().find_customers(buyer("ida@example.dk"))
        assert [(receipt.id, receipt.more["barred"]) for receipt in found] == [(second, False), (first, True)]

    @pytest.mark.parametrize(
        ("written", "said"),
        [("12345678", "DK12345678"), ("DK12345678", "12345678"), ("DK 12 34 56 78", "DK 12 34 56 78")],
    )
    def test_company_found_however_its_number_is_written(self, world: World, written: str, said: str):
        number = self.company(world, written)
        asked = identified(Party(company="Nordlys ApS", vat_number=said, country="DK"), by_name=False)
        assert asked is not None
        found = world.connect().find_customers(asked)
        assert [(one.id, one.more["company_number"]) for one in found] == [(number, written)]

    def test_company_that_never_told_its_number_is_found_by_email(self, world: World):
        number = self.made(world, "bog@example.dk")
        party = Party(company="Nordlys ApS", vat_number="12345678", email="bog@example.dk", country="DK")
        asked = identified(party, by_name=False)
        assert asked is not None
        assert [one.id for one in world.connect().find_customers(asked)] == [number]

    @pytest.mark.parametrize(("postcode", "phone"), [("9000", "12345678"), ("8000", "87654321")])
    def test_same_name_alone_is_somebody_else(self, world: World, postcode: str, phone: str):
        provider = world.connect()
        ida = Party(name="Ida Holm", postcode="8000", phone="12345678", country="DK")
        document = a_document()
        known, other = (identified(one, by_name=True) for one in (ida, replace(ida, postcode=postcode, phone=phone)))
        assert known is not None
        assert other is not None
        provider.send(provider.customer_call(known, document), "key-1")
        assert provider.find_customers(other) == []
        assert len(provider.find_customers(known)) == 1

    def company(self, world: World, number: str) -> str:
        """A customer with a company number as somebody wrote it."""
        made = self.made(world, "bog@example.dk")
        customer = world.agreement.books.customers[int(made)]
        customer.data["corporateIdentificationNumber"] = number
        return made

    def test_nobody_has_no_email(self, world: World):
        assert world.connect().find_customers(buyer("")) == []
        assert world.wire.sent == []

    def test_search_that_is_not_allowed_leaves_the_exact_answer(self, world: World):
        provider = world.connect()
        world.wire.next_read(lambda request, serve: serve(request))
        world.wire.next_read(says(400, b'{"message": "No."}'))
        assert provider.find_customers(buyer("ida@example.dk")) == []

    def test_search_that_fails_is_no_answer(self, world: World):
        provider = world.connect()
        world.wire.next_read(lambda request, serve: serve(request))
        world.wire.next_read(says(503))
        with pytest.raises(Temporary):
            provider.find_customers(buyer("ida@example.dk"))


class TestItems:
    def test_many_and_odd_numbers(self, world: World):
        odd = ["A,B", "A[1]", "A)", "A$", "Ø/7.5_x"]
        provider = world.connect()
        for number in odd:
            line = a_document_line(number, "1", "1.00", group="2")
            provider.send(provider.product_call(line, a_document()), f"key-{number}")
        asked = [*odd, "KOP-1", "kop-1", *(f"NO-{n:020}" for n in range(400))]
        before = len(world.wire.sent)
        found = provider.find_items(asked)
        assert list(found) == [*odd, "KOP-1"]
        assert (found["KOP-1"].name, found["KOP-1"].group, found["A$"].group) == ("Kop", "1", "2")
        lists = [sent for sent in world.wire.sent[before:] if sent.path.endswith("/products")]
        assert len(lists) < 12
        assert len(world.wire.sent) - before == len(lists) + 4

    def test_barred(self, world: World):
        world.agreement.bar_product("KOP-1")
        assert world.connect().find_items(["KOP-1"])["KOP-1"].barred

    def test_none_asked(self, world: World):
        assert world.connect().find_items(["", ""]) == {}
        assert world.wire.sent == []

    def test_more_than_a_page(self, world: World):
        rows = Lookup(world.connect().client).client
        world.wire.next_read(changed(lambda document: document | {"pagination": {"nextPage": "…"}}))
        assert len(rows.collection("/products")) == 12
        assert [sent.query["skippages"] for sent in world.wire.sent] == ["0", "1"]


class TestInvoices:
    def test_another_orders_key_is_not_ours(self, world: World, stage: Stage):
        stage.the_draft()
        longer = a_document(key=f"{stage.document.key}6")
        stage.provider.send(stage.provider.draft_call(longer, stage.customer), "key-2")
        assert [found.id for found in stage.provider.look(stage.call(Write.DRAFT))] == [stage.the_draft().id]

    def test_filter_that_is_passed_over_finds_no_strangers(self, stage: Stage):
        stage.the_draft()
        call = stage.provider.draft_call(a_document(key="invoice:shoporama:7:1"), stage.customer)

        def passed_over(request: Sent, serve: Serve) -> Answer:
            return serve(Sent(request.method, request.path, {"pagesize": "1000"}, request.headers, b""))

        stage.wire.next_read(passed_over)
        assert stage.provider.look(call) == []

    @pytest.mark.parametrize("missing", ["references", "grossAmount", "vatAmount", "recipient", "customer", "currency"])
    @pytest.mark.parametrize("write", [Write.DRAFT, Write.BOOK])
    def test_thin_rows_are_filled_from_the_single_thing(self, stage: Stage, missing: str, write: Write):
        call = stage.call(write)
        made = stage.make(write)
        thin = with_rows(lambda row: {name: value for name, value in row.items() if name != missing})
        stage.wire.next_read(thin)
        [found] = stage.provider.look(call)
        assert (found.id, found.figures) == (made.id, made.figures)

    def test_several_drafts_come_oldest_first(self, stage: Stage):
        call = stage.call(Write.DRAFT)
        first = stage.provider.send(call, "key-1")
        second = stage.provider.send(call, "key-2")
        assert [found.id for found in stage.provider.look(call)] == [first.id, second.id]

    def test_surplus_draft_is_discarded_and_only_that(self, stage: Stage):
        call = stage.call(Write.DRAFT)
        first = stage.provider.send(call, "key-1")
        second = stage.provider.send(call, "key-2")
        stage.provider.discard(second)
        stage.provider.discard(second)
        assert [found.id for found in stage.provider.look(call)] == [first.id]
        assert [sent.path for sent in stage.wire.sent if sent.method == "DELETE"] == [
            f"/economic/rest/invoices/drafts/{second.id}"
        ]

    def test_draft_whose_number_was_given_again_is_left_alone(self, world: World, stage: Stage):
        ours = stage.the_draft()
        world.agreement.delete_draft_by_hand(int(ours.id))
        stranger = stage.provider.send(
            stage.provider.draft_call(a_document(key="invoice:shoporama:7:9"), stage.customer), "key-9"
        )
        assert stranger.id == ours.id
        stage.provider.discard(ours)
        assert int(stranger.id) in world.agreement.books.drafts

    def test_repeated_discard_cannot_meet_the_numbers_next_owner(self, world: World, stage: Stage):
        ours = stage.the_draft()
        stage.wire.next_write(lost_after)
        with pytest.raises(OutcomeUnknown):
            stage.provider.discard(ours)
        world.clock.now += 5
        again = stage.provider.send(stage.call(Write.DRAFT), "key-2")
        assert again.id == ours.id
        stage.provider.discard(again)
        keys = [sent.headers["idempotency-key"] for sent in stage.wire.sent if sent.method == "DELETE"]
        assert len(set(keys)) == 2
        assert not world.agreement.books.drafts

    def test_answer_without_figures_is_completed(self, stage: Stage):
        call = stage.call(Write.DRAFT)
        stage.wire.next_write(does_and_says(201, b'{"draftInvoiceNumber": 1}'))
        draft = stage.provider.send(call, "key-1")
        assert draft.figures == stage.provider.look(call)[0].figures is not None


class TestBalances:
    def test_rows_without_remainder_and_unlisted_ones_are_asked_singly(self, world: World, stage: Stage):
        booked = stage.the_booked().id
        thin = with_rows(lambda row: {name: value for name, value in row.items() if name != "remainder"})
        stage.wire.next_read(thin)
        assert stage.provider.balances([booked]) == {booked: Decimal("249.00")}
        world.agreement.switches["stale_list_seconds"] = 60
        assert stage.provider.balances([booked, "999"]) == {booked: Decimal("249.00")}

    def test_one_call_for_many(self, world: World, stage: Stage):
        booked = stage.the_booked().id
        world.agreement.pay_by_hand(int(booked))
        before = len(world.wire.sent)
        assert stage.provider.balances([booked]) == {booked: Decimal("0.00")}
        assert len(world.wire.sent) == before + 1


class TestPayments:
    def test_two_payments_of_one_order_are_two(self, stage: Stage):
        stage.document = a_document(payments=(a_payment("200.00"), a_payment("49.00", PaymentKind.GIFT_CARD)))
        booked = stage.the_booked()
        for number in (1, 2):
            call = stage.provider.payment_call(stage.document, stage.customer, booked, number)
            assert stage.provider.look(call) == []
            entry = stage.provider.send(call, f"key-payment-{number}")
            assert [found.id for found in stage.provider.look(call)] == [entry.id]
            finish = stage.provider.payment_book_call(stage.document, entry)
            assert stage.provider.look(finish) == []
            stage.provider.send(finish, f"key-finish-{number}")
            assert [found.final for found in stage.provider.look(finish)] == [True]
        assert stage.provider.balances([booked.id]) == {booked.id: Decimal("0.00")}

    def test_each_finds_its_own_among_those_that_wait(self, stage: Stage):
        stage.document = a_document(payments=(a_payment("124.50"), a_payment("124.50")))
        booked = stage.the_booked()
        calls = [stage.provider.payment_call(stage.document, stage.customer, booked, number) for number in (1, 2)]
        entries = [stage.provider.send(call, f"key-{number}") for number, call in enumerate(calls)]
        assert [[found.id for found in stage.provider.look(call)] for call in calls] == [
            [entry.id] for entry in entries
        ]

    def test_owners_own_drafts_stay_in_the_journal(self, world: World, stage: Stage):
        theirs = world.agreement.draft_entry_by_hand(4, 5000)
        stage.settle()
        assert list(world.agreement.books.draft_entries) == [theirs]

    def test_owners_own_payment_is_not_taken_for_ours(self, world: World, stage: Stage):
        call = stage.call(Write.PAYMENT)
        world.agreement.pay_by_hand(int(stage.the_booked().id))
        assert stage.provider.look(call) == []

    def test_entry_that_lost_its_text_is_known_by_its_amount(self, stage: Stage):
        stage.settle()
        call = stage.call(Write.PAYMENT_BOOK)
        bare = changed(lambda answer: {"items": [row | {"text": None} for row in answer["items"]]})
        stage.wire.next_read(bare)
        assert len(stage.provider.look(call)) == 1
        other = changed(lambda answer: {"items": [row | {"text": None, "amount": 1} for row in answer["items"]]})
        stage.wire.next_read(other)
        assert stage.provider.look(call) == []

    def test_cursor_is_followed(self, stage: Stage):
        call = stage.call(Write.PAYMENT)
        entry = stage.the_entry()
        stage.wire.next_read(changed(lambda answer: {"items": [], "cursor": "0"}))
        assert [found.id for found in stage.provider.look(call)] == [entry.id]
