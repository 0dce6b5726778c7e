"""Whatever nobody has settled about Billy: the way to an approved and settled invoice under every answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accounting.base import Receipt, Write
from connector.core.errors import Rejected, Stop, Temporary
from connector.core.money import Money
from sandbox.billy import SWITCHES
from tests.accounting.billy import World, a_document, choices
from tests.accounting.contract import Held, Stage
from tests.accounting.economic import a_payment
from tests.accounting.wire import lost_after, lost_before

pytestmark = pytest.mark.contract

WRITES = (Write.CUSTOMER, Write.DRAFT, Write.BOOK, Write.PAYMENT)
NUMBERS = {"rate_limit": (0, 100), "order_no_length": (0, 64), "paid_lag_seconds": (0, 30), "list_lag_seconds": (0, 30)}
ASKED = ("invoices_contactId", "invoices_minEntryDate", "contacts_q", "contacts_contactNo")
FILTERS = {f"filter_{name}" for name in (*ASKED, "contactPersons_contactId", "balanceModifiers_subjectReference")}
"""The filters that our requests use."""
CASES = [
    (switch.name, value)
    for switch in SWITCHES
    if not switch.name.startswith("filter_") or switch.name in FILTERS
    for value in (switch.values if switch.values is not None else NUMBERS[switch.name])
]
LAG = 60.0
SETTLED = Held(drafts=0, booked=1, payments=1, gross=Decimal("249.00"), open=Decimal("0.00"))
EVERY_CASE = pytest.mark.parametrize(("name", "value"), CASES, ids=[f"{name}={value}" for name, value in CASES])


@EVERY_CASE
def test_every_answer_ends_in_the_books(name: str, value: Any):
    world = World(switches={name: value})
    stage = world.stage()
    assert stage.settle() == SETTLED
    world.clock.now += LAG
    assert stage.provider.balances([stage.the_booked().id]) == {stage.the_booked().id: Decimal("0.00")}


@EVERY_CASE
def test_every_answer_is_found_again_and_changes_nothing_twice(name: str, value: Any):
    world = World(switches={name: value})
    stage = world.stage()
    calls = [stage.call(write) for write in WRITES]
    stage.settle()
    world.clock.now += LAG
    made = [stage.provider.look(call) for call in calls]
    assert [len(found) for found in made] == [1, 1, 1, 1]
    again = [stage.provider.send(call, "key-again") for call in calls]
    assert [receipt.id for receipt in again] == [found[0].id for found in made]
    assert stage.held(stage.document.key) == SETTLED


@EVERY_CASE
def test_every_answer_keeps_the_buyers_address(name: str, value: Any):
    world = World(switches={name: value})
    stage = world.stage()
    number = stage.the_customer()
    world.clock.now += LAG
    assert [found.id for found in stage.provider.find_customers(stage.document.customer)] == [number]
    persons = world.company.books.children("contactPersons", "contactId", number)
    assert [(row["email"], row["isPrimary"]) for row in persons] == [("Ida.Holm+shop@Example.dk", True)]


def refused(stage: Stage, write: Write) -> tuple[str, dict[str, str]]:
    call = stage.call(write)
    with pytest.raises(Stop) as stopped:
        stage.provider.send(call, "key-1")
    facts = dict(stopped.value.facts)
    assert facts.pop("order") == "10045"
    facts.pop("attributes", None)
    return stopped.value.code, facts


def archive(world: World, resource: str, name: str) -> None:
    for row in world.company.books.tables[resource].values():
        if row["name"] == name:
            row["isArchived"] = True


class TestAnotherFirst:
    """Nothing in the books is taken for ours because a filter gave it."""

    @pytest.mark.parametrize("name", ["contactId", "minEntryDate"])
    def test_a_strangers_invoice_under_the_same_number_is_not_ours(self, name: str):
        world = World(switches={f"filter_invoices_{name}": "ignored"})
        stage = world.stage()
        other = a_document(key="invoice:shoporama:7:1")
        stage.provider.send(stage.provider.draft_call(other, stage.the_customer()), "key-0")
        assert stage.provider.look(stage.call(Write.DRAFT)) == []

    def test_oldest_of_several_drafts_comes_first_and_the_others_can_be_discarded(self):
        world = World()
        stage = world.stage()
        call = stage.call(Write.DRAFT)
        made = []
        for _ in range(3):
            made.append(world.connect().send(call, "key").id)
            world.clock.now += 1
        found = stage.provider.look(call)
        assert [one.id for one in found] == made
        for surplus in found[1:]:
            stage.provider.discard(surplus)
        stage.draft = found[0]
        assert stage.settle() == SETTLED

    @pytest.mark.parametrize("pretends", ["refuse", "pretend"])
    def test_draft_that_was_approved_is_not_discarded(self, pretends: str):
        world = World(switches={"delete_approved": pretends})
        stage = world.stage()
        draft = stage.the_draft()
        stage.the_booked()
        stage.provider.discard(draft)
        assert stage.held(stage.document.key).booked == 1

    def test_strangers_draft_is_not_discarded(self):
        stage = World().stage()
        stage.provider.discard(Receipt(stage.the_draft().id, more={"key": "invoice:shoporama:7:1"}))
        assert stage.held(stage.document.key).drafts == 1


class TestPaidByOthers:
    def paid_before(self, world: World, stage: Stage, amount: str) -> None:
        """Somebody else's payment, by another object than the one that approved."""
        part = a_document(
            payments=(a_payment(amount),), choices=choices() | {"account": choices()["gift_card_account"]}
        )
        world.connect().send(world.connect().payment_call(part, stage.the_customer(), stage.the_booked(), 1), "key")

    def test_an_invoice_that_is_paid_is_not_paid_again(self):
        world = World()
        stage = world.stage()
        self.paid_before(world, stage, "249.00")
        call = stage.call(Write.PAYMENT)
        assert world.connect().send(call, "key-1").final
        assert stage.held(stage.document.key) == SETTLED

    def test_an_invoice_of_which_a_part_is_paid_asks(self):
        world = World()
        stage = world.stage()
        self.paid_before(world, stage, "100.00")
        with pytest.raises(Rejected, match="settlement-stopped"):
            world.connect().send(stage.call(Write.PAYMENT), "key-1")

    def test_two_alike_payments_are_two(self):
        world = World()
        stage = world.stage(a_document(payments=(a_payment("124.50"), a_payment("124.50"))))
        first, second = (
            stage.provider.payment_call(stage.document, stage.the_customer(), stage.the_booked(), number)
            for number in (1, 2)
        )
        stage.provider.send(first, "key-1")
        assert stage.provider.look(second) == []
        stage.wire.next_write(lost_after)
        with pytest.raises(Stop):
            stage.provider.send(second, "key-2")
        [paid] = stage.provider.look(second)
        assert world.connect().send(second, "key-3").id == paid.id != stage.provider.look(first)[0].id
        assert stage.held(stage.document.key).payments == 2


class TestRefused:
    def test_product_that_is_archived(self):
        world = World()
        stage = world.stage()
        archive(world, "products", "Fragt")
        name = "1115 Fragtindtægter · Fragt 25 % i Danmark"
        assert refused(stage, Write.DRAFT) == ("choice-gone", {"field": "sales_domestic", "name": name})

    def test_account_that_is_archived(self):
        world = World()
        stage = world.stage()
        archive(world, "accounts", "Webshopsalg")
        assert refused(stage, Write.PAYMENT) == ("account-closed", {"account": "5720 Webshopsalg"})

    def test_contact_that_is_gone(self):
        world = World()
        stage = world.stage()
        world.company.books.remove("contacts", stage.the_customer())
        assert refused(stage, Write.DRAFT) == ("customer-gone", {"customer": "ida.holm+shop@example.dk"})

    @pytest.mark.parametrize("name", ["locked_draft"])
    @pytest.mark.parametrize("taken", ["accept", "refuse"])
    def test_period_that_is_locked(self, name: str, taken: str):
        world = World(switches={name: taken})
        stage = world.stage()
        world.company.locking_date = stage.document.date
        write = Write.BOOK if taken == "accept" else Write.DRAFT
        facts = {"period": "2026-11", "date": "2026-11-18", "open": "2026-11-19"}
        assert refused(stage, write) == ("period-closed", facts)
        assert stage.provider.first_open_day(stage.document.date).isoformat() == "2026-11-19"

    @pytest.mark.parametrize(("status", "code"), [(403, "right-missing"), (422, "unexpected")])
    def test_company_that_is_locked(self, status: int, code: str):
        world = World(switches={"locked_status": status})
        stage = world.stage()
        stage.the_customer()
        world.company.is_locked = True
        assert refused(stage, Write.DRAFT)[0] == code

    def test_draft_that_somebody_changed_is_not_approved(self):
        world = World()
        stage = world.stage()
        call = stage.call(Write.BOOK)
        other = a_document(total=Money(Decimal("100.00"), "DKK"), lines=a_document().lines[:1])
        stage.provider.send(stage.provider.correct_call(other, stage.the_customer(), stage.the_draft()), "key")
        with pytest.raises(Rejected, match="draft-differs"):
            world.connect().send(call, "key-1")
        assert stage.held(stage.document.key).booked == 0

    def test_draft_that_is_deleted(self):
        world = World()
        stage = world.stage()
        call = stage.call(Write.BOOK)
        world.company.books.forget_invoice(stage.the_draft().id)
        assert refused_call(world, call) == "draft-deleted"

    def test_token_that_is_revoked(self):
        world = World()
        stage = world.stage()
        call = stage.call(Write.DRAFT)
        world.books.revoke(world.company.number)
        assert refused_call(world, call) == "billy-key-refused"


def refused_call(world: World, call: Any) -> str:
    with pytest.raises(Stop) as stopped:
        world.connect().send(call, "key-1")
    return stopped.value.code


class TestLimit:
    @pytest.mark.parametrize("said", [True, False])
    def test_limit_that_is_used_up(self, said: bool):
        stage = World(switches={"retry_after": said, "rate_limit": 2}).stage()
        call = stage.call(Write.DRAFT)
        stage.provider.send(call, "key-1")
        with pytest.raises(Temporary) as stopped:
            stage.provider.balances(["3f2"])
        assert stopped.value.code == "rate-limit"
        assert 0 < (stopped.value.retry_after or 0) <= 60

    def test_limit_is_told_to_who_counts(self):
        provider = World().connect()
        assert (provider.calls_a_minute, provider.budget) == (120, None)


@pytest.mark.parametrize("rounding", ["invoice", "rate", "line"])
def test_vat_that_is_rounded_otherwise_is_corrected_in_place(rounding: str):
    stage = World(switches={"vat_rounding": rounding}).stage()
    draft = stage.the_draft()
    call = stage.provider.correct_call(stage.document, stage.customer, draft)
    corrected = stage.provider.send(call, "key-1")
    assert (corrected.id, corrected.figures) == (draft.id, draft.figures)
    assert stage.provider.look(call) == [corrected]
    stage.draft = corrected
    assert stage.settle() == SETTLED


@pytest.mark.parametrize(("terms", "wanted"), [("net-30", ("net", 30)), ("netEndOfMonth-0", ("netEndOfMonth", 0))])
def test_terms_are_as_chosen(terms: str, wanted: tuple[str, int]):
    world = World()
    stage = world.stage(a_document(choices=choices() | {"terms": terms}))
    stage.the_draft()
    [draft] = world.company.books.invoices.values()
    assert (draft.data["paymentTermsMode"], draft.data["paymentTermsDays"]) == wanted


def test_a_foreign_invoice_is_paid_at_its_own_rate():
    world = World()
    stage = world.stage(a_document(total=Money(Decimal("249.00"), "EUR")))
    assert stage.settle() == SETTLED
    [payment] = world.company.books.payments.values()
    assert (payment.data["cashAmount"], payment.data["cashExchangeRate"]) == (Decimal("1857.49"), Decimal("7.4598"))


@pytest.mark.parametrize("lost", [lost_after, lost_before])
def test_a_draft_whose_answer_is_lost_is_looked_for_before_it_is_sent_again(lost: Any):
    stage = World().stage()
    call = stage.call(Write.DRAFT)
    stage.wire.next_write(lost)
    with pytest.raises(Stop):
        stage.provider.send(call, "key-1")
    stage.wire.sent.clear()
    stage.draft = stage.provider.send(call, "key-1")
    assert stage.wire.sent[0].method == "GET"
    assert stage.settle() == SETTLED
