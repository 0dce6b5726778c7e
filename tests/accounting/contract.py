"""What every accounting provider must keep. A subclass brings a stage: a provider on a stand-in's books, and data."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
import requests
import responses

from accounting.base import AccountingProvider, Call, Item, Receipt, Write
from connector.core.customers import identified
from connector.core.document import DocumentLine, InvoiceDocument
from connector.core.errors import NeedsSetup, OutcomeUnknown, Rejected, Stop, Temporary, Unsupported
from connector.core.mapping import compare
from connector.core.money import Money
from connector.core.order import Party
from connector.lib.http import Network, Transport
from tests.accounting.wire import HTML, Act, Wire, does_and_says, lost_after, lost_before, says

WRITES = (Write.CUSTOMER, Write.PRODUCT, Write.DRAFT, Write.BOOK, Write.PAYMENT, Write.PAYMENT_BOOK)
"""Every call of an order; a contract's subclass says which of them its provider makes."""

SAYS_NOTHING = "an answer that says nothing"
# (how the answer is lost, whether the call was made)
LOSSES: dict[str, tuple[Act, bool]] = {
    "reset before": (lost_before, False),
    "reset after": (lost_after, True),
    "500 before": (says(500, HTML), False),
    "500 after": (does_and_says(500, b"{}"), True),
    "503 before": (says(503), False),
    "504 after": (does_and_says(504, HTML), True),
    "a page with 200": (does_and_says(200, HTML, content_type="text/html"), True),
    "half an answer": (does_and_says(201, b'{"half": an ans'), True),
    SAYS_NOTHING: (does_and_says(200, b"[]"), True),
}
NOTHING_TO_SAY = (Write.PAYMENT_BOOK, SAYS_NOTHING)
"""Booking an entry is answered with nothing anyway."""
BUYERS = {
    "email": Party(name="Ida Holm", email="ida.holm@example.dk", country="DK"),
    "company": Party(company="Nordlys ApS", email="bog@example.dk", vat_number="DK 12 34 56 78", country="DK"),
    "name": Party(name="Bo (Lund)", address="Vej 1", postcode="8000", phone="+45 12 34 56 78", country="DK"),
}
"""What a customer may be known by → such a buyer."""
FAILED_READS: dict[str, Act] = {
    "lost": lost_before,
    "redirected": says(301),
    "refused": says(400, b"{}"),
    "broken": says(500, HTML),
    "busy": says(503),
    "a page": says(200, HTML),
    "nothing": says(200),
    "an empty object": says(200, b"{}"),
    "an empty list": says(200, b"[]"),
}
REFUSALS: dict[int, type[Stop]] = {302: Rejected, 400: Rejected, 401: NeedsSetup, 403: NeedsSetup, 422: Rejected}


@dataclass(frozen=True)
class Held:
    """What the books hold under one document key."""

    drafts: int
    booked: int
    payments: int
    gross: Decimal
    open: Decimal


@dataclass
class Stage:
    """A provider on a stand-in's books. `document` is for a customer that is not there yet and has one payment;
    `new_line` has an item that is not there yet. `secrets` must be seen nowhere."""

    wire: Wire
    provider: AccountingProvider
    document: InvoiceDocument
    new_line: DocumentLine
    secrets: Sequence[str]
    held: Callable[[str], Held]
    connect: Callable[[Transport], AccountingProvider]
    customer: str = ""
    draft: Receipt | None = None
    booked: Receipt | None = None
    entry: Receipt | None = None

    def call(self, write: Write) -> Call:
        """The call of this kind, everything before it made."""
        return {
            Write.CUSTOMER: lambda: self.provider.customer_call(self.document.customer, self.document),
            Write.PRODUCT: lambda: self.provider.product_call(self.new_line, self.document),
            Write.DRAFT: lambda: self.provider.draft_call(self.document, self.the_customer()),
            Write.BOOK: lambda: self.provider.book_call(self.document, self.the_draft()),
            Write.PAYMENT: lambda: self.provider.payment_call(self.document, self.the_customer(), self.the_booked(), 1),
            Write.PAYMENT_BOOK: lambda: self.provider.payment_book_call(self.document, self.the_entry()),
        }[write]()

    def make(self, write: Write) -> Receipt:
        """Make the call of this kind, everything before it too."""
        return self.provider.send(self.call(write), f"key-{write}")

    def the_customer(self) -> str:
        self.customer = self.customer or self.make(Write.CUSTOMER).id
        return self.customer

    def the_draft(self) -> Receipt:
        self.draft = self.draft or self.make(Write.DRAFT)
        return self.draft

    def the_booked(self) -> Receipt:
        self.booked = self.booked or self.make(Write.BOOK)
        return self.booked

    def the_entry(self) -> Receipt:
        self.entry = self.entry or self.make(Write.PAYMENT)
        return self.entry

    def settle(self) -> Held:
        """The whole way: what the books hold at its end."""
        for write in self.provider.settlement[-1:]:
            self.make(write)
        return self.held(self.document.key)


class ProviderContract:
    """Subclasses implement `stage`, as a pytest fixture; and `ItemsContract` or `AccountsContract` beside it."""

    writes: Sequence[Write] = WRITES

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Each call of this provider as `write`, and with it each way in which its answer is lost as `loss`."""
        if "loss" in metafunc.fixturenames:
            lost = [(write, loss) for write in self.writes for loss in LOSSES if (write, loss) != NOTHING_TO_SAY]
            metafunc.parametrize(("write", "loss"), lost)
        elif "write" in metafunc.fixturenames:
            metafunc.parametrize("write", self.writes)

    def test_makes_the_calls_that_settle(self, stage: Stage):
        payments = [write for write in WRITES if write in (Write.PAYMENT, Write.PAYMENT_BOOK)]
        assert [write for write in payments if write in self.writes] == list(stage.provider.settlement)

    def test_ends_in_the_books_exactly(self, stage: Stage):
        held = stage.settle()
        total = stage.document.total.amount
        assert held == Held(drafts=0, booked=1, payments=1, gross=total, open=Decimal("0.00"))
        assert stage.provider.balances([stage.the_booked().id]) == {stage.the_booked().id: Decimal("0.00")}

    def test_draft_is_compared_by_the_books_own_figures(self, stage: Stage):
        figures = stage.the_draft().figures
        assert figures is not None
        assert compare(stage.document, figures, customer=stage.customer) == []
        other = replace(stage.document, total=stage.document.total + Money(Decimal("0.01"), "DKK"))
        assert [difference.fact for difference in compare(other, figures, customer=stage.customer)] == ["gross"]

    def test_key_is_in_the_request_that_makes_the_document(self, stage: Stage):
        assert stage.document.key.encode() in stage.call(Write.DRAFT).body

    def test_same_document_gives_the_same_bytes(self, stage: Stage):
        for write in self.writes:
            first, second = stage.call(write), stage.call(write)
            assert first == second
            json.dumps(first.about)

    def test_second_try_finds_the_firsts_invoice(self, stage: Stage):
        call = stage.call(Write.DRAFT)
        booked = stage.the_booked()
        assert [(found.id, found.final) for found in stage.provider.look(call)] == [(booked.id, True)]

    def test_second_try_goes_on_from_the_firsts_draft(self, stage: Stage):
        call = stage.call(Write.DRAFT)
        draft = stage.the_draft()
        [found] = stage.provider.look(call)
        assert (found.id, found.final, found.figures) == (draft.id, False, draft.figures)
        stage.draft = found
        assert stage.settle().booked == 1

    def test_customer_is_found_again_in_other_letter_case(self, stage: Stage):
        assert stage.provider.find_customers(stage.document.customer) == []
        number = stage.the_customer()
        assert [found.id for found in stage.provider.find_customers(stage.document.customer)] == [number]

    @pytest.mark.parametrize("known_by", BUYERS)
    def test_buyer_is_found_again_by_what_they_are_known_by(self, stage: Stage, known_by: str):
        buyer = identified(BUYERS[known_by], by_name=True)
        assert buyer is not None
        assert buyer.by.value == known_by
        call = stage.provider.customer_call(buyer, stage.document)
        assert stage.provider.find_customers(buyer) == []
        assert stage.provider.look(call) == []
        made = stage.provider.send(call, "key-1")
        [found] = stage.provider.find_customers(buyer)
        assert (found.id, [one.id for one in stage.provider.look(call)]) == (made.id, [made.id])
        assert found.more["name"] == buyer.party.title

    def test_document_that_cannot_be_expressed_is_refused_before_any_request(self, stage: Stage):
        stage.provider.require(stage.document, "DKK")
        foreign = replace(stage.document, total=Money(stage.document.total.amount, "XPF"))
        with pytest.raises(Unsupported, match="currency-missing"):
            stage.provider.require(foreign, "DKK")
        assert stage.wire.sent == []

    def test_lost_write_is_unknown_then_found_or_made_again(self, stage: Stage, write: Write, loss: str):
        act, was_made = LOSSES[loss]
        call = stage.call(write)
        stage.wire.next_write(act)
        with pytest.raises(OutcomeUnknown):
            stage.provider.send(call, "key-1")
        found = stage.provider.look(call)
        assert len(found) == was_made
        again = stage.provider.send(call, "key-1")
        assert [receipt.final for receipt in stage.provider.look(call)] == [again.final]
        held = stage.held(stage.document.key)
        assert max(held.drafts + held.booked, held.payments) <= 1

    @pytest.mark.parametrize(
        "error", [requests.ReadTimeout(), requests.ConnectionError("reset")], ids=["time-out", "reset"]
    )
    def test_broken_connection_is_unknown(self, stage: Stage, error: Exception):
        call = stage.call(Write.DRAFT)
        provider = stage.connect(Network())
        with responses.RequestsMock() as network:
            network.add(call.method, re.compile(f".*{re.escape(call.path)}"), body=error)
            with pytest.raises(OutcomeUnknown):
                provider.send(call, "key-1")

    @pytest.mark.parametrize("status", REFUSALS)
    def test_refusal_has_its_name(self, stage: Stage, write: Write, status: int):
        call = stage.call(write)
        stage.wire.next_write(says(status, b'{"message": "No."}'))
        with pytest.raises(REFUSALS[status]):
            stage.provider.send(call, "key-1")

    @pytest.mark.parametrize("failure", FAILED_READS)
    def test_look_that_fails_is_never_an_empty_answer(self, stage: Stage, write: Write, failure: str):
        call = stage.call(write)
        stage.wire.next_read(FAILED_READS[failure])
        with pytest.raises((Temporary, Rejected)):
            stage.provider.look(call)

    @pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), (None, 60.0), ("soon", 60.0)])
    def test_429_says_how_long(self, stage: Stage, said: str | None, seconds: float):
        call = stage.call(Write.DRAFT)
        stage.wire.next_write(says(429, HTML, **({"retry_after": said} if said else {})))
        with pytest.raises(Temporary) as stopped:
            stage.provider.send(call, "key-1")
        assert (stopped.value.code, stopped.value.retry_after) == ("rate-limit", seconds)

    def test_currency_that_the_books_lack_is_refused_before_any_request(self, stage: Stage):
        foreign = replace(stage.document, total=Money(stage.document.total.amount, "XPF"))
        with pytest.raises(Unsupported, match="currency-missing"):
            stage.provider.draft_call(foreign, "1")
        with pytest.raises(Unsupported, match="currency-missing"):
            stage.provider.customer_call(foreign.customer, foreign)
        assert stage.wire.sent == []

    def test_secrets_are_in_no_exception_trace_or_repr(self, stage: Stage):
        call = stage.call(Write.DRAFT)
        told = [repr(stage.provider), repr(vars(stage.provider)), repr(call)]
        for status in (302, 400, 401, 403, 404, 429, 500):
            stage.wire.next_write(says(status, b'{"message": "No."}'))
            with pytest.raises(Stop) as stopped:
                stage.provider.send(call, "key-1")
            told += [repr(stopped.value.facts), *traceback.format_exception(stopped.value)]
        text = " ".join([*told, json.dumps(stage.provider.calls)])
        assert not [secret for secret in stage.secrets if secret in text]
        headers = [value for sent in stage.wire.sent for value in sent.headers.values()]
        assert any(secret in value for value in headers for secret in stage.secrets)

    def test_trace_names_every_call_and_no_query(self, stage: Stage):
        stage.provider.find_customers(stage.document.customer)
        stage.settle()
        assert len(stage.provider.calls) == len(stage.wire.sent)
        assert all(set(call) == {"method", "path", "status", "ms"} for call in stage.provider.calls)
        assert "@" not in json.dumps(stage.provider.calls)

    def test_amounts_are_never_floats(self, stage: Stage):
        figures = stage.the_booked().figures
        assert figures is not None
        balances = stage.provider.balances([stage.the_booked().id])
        assert {type(value) for value in (figures.gross, figures.vat, *balances.values())} == {Decimal}


class NumberedItemsContract:
    """For a provider whose books hold items by numbers of ours."""

    def test_an_item_for_no_order_is_made_as_it_is_said_and_is_told_by_a_look(self, stage: Stage):
        item = Item("FRAGT-25.5", "Fragt, 25,5 % moms", group=stage.new_line.group)
        call = stage.provider.item_call(item)
        assert stage.provider.look(call) == []
        stage.provider.send(call, "key-1")
        [found] = stage.provider.look(call)
        assert found.id == item.number
        assert found.more.items() >= {"name": item.name, "group": item.group, "barred": False}.items()

    def test_an_item_whose_number_is_taken_is_never_changed(self, stage: Stage):
        theirs = Item(stage.new_line.item, "Theirs", group=stage.new_line.group)
        stage.provider.send(stage.provider.item_call(theirs), "key-1")
        ours = stage.provider.item_call(replace(theirs, name="Ours"))
        stage.provider.send(ours, "key-2")
        assert [found.more["name"] for found in stage.provider.look(ours)] == ["Theirs"]

    def test_an_item_that_is_refused_has_a_reason(self, stage: Stage):
        call = stage.provider.item_call(Item("FRAGT-25", "Fragt", group=stage.new_line.group))
        stage.wire.next_write(says(400, b'{"message": "No."}'))
        with pytest.raises(Rejected):
            stage.provider.send(call, "key-1")


class ItemsContract(NumberedItemsContract):
    """For a provider whose lines name items."""

    def test_missing_item_is_made_once(self, stage: Stage):
        item = stage.new_line.item
        assert stage.provider.find_items([item]) == {}
        stage.make(Write.PRODUCT)
        assert stage.provider.find_items([item, "nothing like it"])[item].number == item


class ServiceProductsContract(NumberedItemsContract):
    """For a provider whose lines name service products, chosen like accounts and made when somebody asks for them."""

    def test_service_product_is_made_on_request_and_sold_as(self, stage: Stage):
        assert stage.provider.sells_by_account
        assert stage.provider.sells_by_product
        number = stage.new_line.item
        stage.provider.send(stage.provider.item_call(Item(number, "Vare", group=stage.new_line.group)), "key-1")
        value = stage.provider.find_items([number])[number].chosen_by
        found = stage.provider.find_items([value, "nothing like it"])
        assert [(name, one.group) for name, one in found.items()] == [(value, stage.new_line.group)]
        stage.document = replace(stage.document, lines=tuple(replace(one, item=value) for one in stage.document.lines))
        assert stage.settle().booked == 1

    def test_lost_service_product_is_unknown_then_found_and_not_made_again(self, stage: Stage):
        call = stage.provider.item_call(Item("FRAGT-25", "Fragt", group=stage.new_line.group))
        stage.wire.next_write(lost_after)
        with pytest.raises(OutcomeUnknown):
            stage.provider.send(call, "key-1")
        [found] = stage.provider.look(call)
        stage.provider.send(call, "key-2")
        assert stage.provider.look(call) == [found]

    def test_no_order_makes_one(self, stage: Stage):
        with pytest.raises(Unsupported):
            stage.provider.product_call(stage.new_line, stage.document)
        assert stage.wire.sent == []


class AccountsContract:
    """For a provider whose lines name the account that they are sold on."""

    def test_account_is_found_as_the_item_that_it_stands_for(self, stage: Stage):
        assert stage.provider.sells_by_account
        item = stage.new_line.item
        found = stage.provider.find_items([item, "nothing like it"])
        assert [(number, one.number, one.group) for number, one in found.items()] == [(item, item, item)]

    def test_no_item_is_ever_made(self, stage: Stage):
        with pytest.raises(Unsupported):
            stage.provider.product_call(stage.new_line, stage.document)
        with pytest.raises(Unsupported):
            stage.provider.item_call(Item("FRAGT-25", "Fragt"))
        assert stage.wire.sent == []

    def test_clearing_account_is_made_once_and_told_by_a_look(self, stage: Stage):
        number = stage.provider.proposed_account
        call = stage.provider.account_call(number, "Webshopsalg")
        assert stage.provider.look(call) == []
        made = stage.provider.send(call, "key-1")
        again = stage.provider.send(call, "key-2")
        assert [(one.id, one.more) for one in stage.provider.look(call)] == [(number, {"name": "Webshopsalg"})]
        assert made == again

    def test_lost_account_is_unknown_then_found(self, stage: Stage):
        call = stage.provider.account_call(stage.provider.proposed_account, "Webshopsalg")
        stage.wire.next_write(lost_after)
        with pytest.raises(OutcomeUnknown):
            stage.provider.send(call, "key-1")
        assert [one.id for one in stage.provider.look(call)] == [stage.provider.proposed_account]
