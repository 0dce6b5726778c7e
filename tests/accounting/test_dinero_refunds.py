"""What is open on Dinero's credit notes, and refunds on them: once, the right way round, whatever sign that is
(fact sheet, section 6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from accounting.base import Call, Receipt, Write
from accounting.providers.dinero import signs
from connector.core.document import Figures
from connector.core.errors import OutcomeUnknown, Rejected, Stop, Unsupported
from connector.core.money import Money
from connector.core.order import PaymentKind
from tests.accounting.contract import Stage
from tests.accounting.dinero import REFUNDED, World, a_document, a_note, crediting
from tests.accounting.economic import a_payment
from tests.accounting.wire import Act, lost_after, lost_before, says

pytestmark = pytest.mark.contract

GUID = "8b1c0d7e-0000-4000-8000-000000000001"
CONTACT = "5c0d0000-0000-4000-8000-000000000001"
SIGNS = pytest.mark.parametrize("shown", ["positive", "shown_negative", "owed_negative", "negative"])
TAKEN = pytest.mark.parametrize("taken", ["positive", "negative", "positive_only", "negative_only"])


class TestFigures:
    ROW = {"totalinclvat": Decimal("249.00"), "totalvat": Decimal("49.80"), "currency": "DKK", "contactguid": CONTACT}

    @pytest.mark.parametrize("sign", [1, -1])
    def test_are_above_zero_whatever_is_shown(self, sign: int):
        row = self.ROW | {name: sign * self.ROW[name] for name in ("totalinclvat", "totalvat")}  # type: ignore[operator]
        assert signs.credited(row) == Figures(Decimal("249.00"), Decimal("49.80"), "DKK", CONTACT)

    def test_what_is_not_told_is_nothing(self):
        assert signs.credited({**self.ROW, "totalvat": None}) is None

    @pytest.mark.parametrize(
        ("remaining", "paid", "total", "still_open"),
        [
            ("100.00", "149.00", "249.00", "100.00"),
            ("-100.00", "-149.00", "-249.00", "100.00"),
            ("-100.00", "149.00", "249.00", "100.00"),
            ("-0.01", "249.01", "249.00", "0.00"),
            ("0.01", "-249.01", "-249.00", "0.00"),
        ],
    )
    def test_what_is_open(self, remaining: str, paid: str, total: str, still_open: str):
        names = ("remainingamount", "paidamount", "invoicetotalincludingreminderexpenses")
        told = dict(zip(names, map(Decimal, (remaining, paid, total)), strict=True))
        assert signs.still_open(told) == Decimal(still_open)
        assert signs.still_open({"paidamount": Decimal(1)}) is None


class TestOpen:
    @SIGNS
    @pytest.mark.parametrize(("offset", "left"), [("row", "0.00"), ("silent", "0.00"), ("none", "249.00")])
    def test_unpaid_invoice_is_set_off_or_both_stay_open(self, shown: str, offset: str, left: str):
        _world, stage = crediting(is_paid=False, credit_signs=shown, credit_offset=offset)
        note, original = stage.the_booked().id, stage.document.credits.id  # type: ignore[union-attr]
        assert stage.provider.open_credits([note]) == {note: Decimal(left)}
        assert stage.provider.balances([original]) == {original: Decimal(left)}

    def test_provider_sets_nothing_off_by_itself(self):
        _world, stage = crediting(is_paid=False, credit_offset="none")
        assert not stage.provider.matches_credits
        with pytest.raises(Unsupported, match="balance-open"):
            stage.provider.match_call(stage.document, stage.the_booked(), Decimal("249.00"))

    def test_none_and_unknown(self):
        stage = World().stage()
        assert stage.provider.open_credits([]) == {}
        assert stage.provider.open_credits([GUID]) == {}


def refund(stage: Stage) -> Receipt:
    return stage.provider.send(stage.call(Write.PAYMENT), "key-1")


@SIGNS
@TAKEN
class TestRefund:
    def test_is_made_once_and_the_right_way_round(self, shown: str, taken: str):
        world, stage = crediting(credit_signs=shown, credit_payment=taken)
        before = balance(world)
        made = refund(stage)
        assert stage.held(stage.document.key) == REFUNDED
        assert balance(world) - before == Decimal("-249.00")
        assert refund(stage) == made
        assert stage.provider.look(stage.call(Write.PAYMENT)) == [made]
        assert stage.held(stage.document.key) == REFUNDED

    @pytest.mark.parametrize("lost", [lost_before, lost_after], ids=["before", "after"])
    @pytest.mark.parametrize("turn", [0, 1, 2])
    def test_lost_answer_of_any_write_is_gone_on_from(self, shown: str, taken: str, lost: Act, turn: int):
        _world, stage = crediting(credit_signs=shown, credit_payment=taken)
        call = stage.call(Write.PAYMENT)
        for _ in range(turn):
            stage.wire.next_write(lambda request, serve: serve(request))
        stage.wire.next_write(lost)
        try:
            stage.provider.send(call, "key-1")
        except OutcomeUnknown:
            found = stage.provider.look(call)
            assert len(found) == (stage.held(stage.document.key) == REFUNDED)
            stage.provider.send(call, "key-1")
        assert stage.held(stage.document.key) == REFUNDED

    def test_of_what_setting_off_left_open(self, shown: str, taken: str):
        """150.00 were open on the invoice: most of the note is used up without a payment that could be seen."""
        world = World(switches={"credit_signs": shown, "credit_payment": taken, "credit_offset": "silent"})
        original = world.invoiced(is_paid=False)
        world.organization.pay_by_hand(original.id, amount=9900)
        document = a_note(original, a_document(payments=(a_payment("99.00"),)))
        stage = world.crediting(document)
        note = stage.the_booked().id
        assert stage.provider.open_credits([note]) == {note: Decimal("99.00")}
        assert stage.settle() == REFUNDED

    def test_stale_timestamp_is_gone_on_from(self, shown: str, taken: str):
        world, stage = crediting(credit_signs=shown, credit_payment=taken)
        call = stage.call(Write.PAYMENT)
        world.organization.touch_by_hand(stage.the_booked().id)
        assert stage.provider.send(call, "key-1").final
        assert stage.held(stage.document.key) == REFUNDED


def balance(world: World) -> Decimal:
    rows = world.organization.ledger()["accounts"]
    return next(Decimal(row["balance"]) for row in rows if row["number"] == 55020)


@TAKEN
class TestPartOfWhatIsOpen:
    """A refund of less than a third of what is open cannot be told from its opposite by what remains."""

    def staged(self, taken: str) -> Stage:
        world = World(switches={"credit_payment": taken})
        document = a_note(world.invoiced(), a_document(payments=(a_payment("50.00"),)))
        return world.crediting(document)

    def test_is_made_once(self, taken: str):
        stage = self.staged(taken)
        assert stage.settle() == replace(REFUNDED, open=Decimal("199.00"))

    def test_lost_one_is_taken_back_and_made_again(self, taken: str):
        stage = self.staged(taken)
        call = stage.call(Write.PAYMENT)
        stage.wire.next_write(lost_after)
        with pytest.raises(OutcomeUnknown):
            stage.provider.send(call, "key-1")
        assert stage.provider.look(call) == []
        stage.provider.send(call, "key-1")
        assert stage.held(stage.document.key) == replace(REFUNDED, open=Decimal("199.00"))


@TAKEN
@pytest.mark.parametrize("parts", [("49.00", "200.00"), ("200.00", "49.00")], ids="+".join)
class TestTwoRefunds:
    """Paid with a gift card and a card: what one leaves open is the other's."""

    def staged(self, taken: str, parts: tuple[str, str]) -> tuple[Stage, list[Call]]:
        world = World(switches={"credit_payment": taken})
        refunds = a_payment(parts[0], PaymentKind.GIFT_CARD), a_payment(parts[1])
        stage = world.crediting(a_note(world.invoiced(), a_document(payments=refunds)))
        booked = stage.the_booked()
        return stage, [stage.provider.payment_call(stage.document, stage.customer, booked, n) for n in (1, 2)]

    def test_both_are_made(self, taken: str, parts: tuple[str, str]):
        stage, calls = self.staged(taken, parts)
        made = [stage.provider.send(call, "key") for call in calls]
        assert stage.held(stage.document.key) == replace(REFUNDED, payments=2)
        assert [stage.provider.look(call) for call in calls] == [[receipt] for receipt in made]

    def test_first_whose_answer_is_lost_stands(self, taken: str, parts: tuple[str, str]):
        stage, calls = self.staged(taken, parts)
        stage.wire.next_write(lost_after)
        with pytest.raises(OutcomeUnknown):
            stage.provider.send(calls[0], "key-1")
        found = stage.provider.look(calls[0])
        assert len(found) == taken.startswith("positive")
        assert not found or stage.provider.send(calls[0], "key-1") == found[0]
        for call in calls:
            stage.provider.send(call, "key-2")
        assert stage.held(stage.document.key) == replace(REFUNDED, payments=2)


class TestRefundThatCannotBeMade:
    def test_made_by_hand_is_adopted(self):
        world, stage = crediting()
        call = stage.call(Write.PAYMENT)
        by_hand = world.organization.pay_by_hand(stage.the_booked().id)
        assert stage.provider.send(call, "key-1") == Receipt(by_hand, final=True)
        assert stage.held(stage.document.key) == REFUNDED

    @pytest.mark.parametrize(("by_hand", "left"), [(10_000, "149.00"), (30_000, "51.00")])
    def test_made_in_part_or_overdone_by_hand_is_left_to_a_person(self, by_hand: int, left: str):
        world, stage = crediting()
        call = stage.call(Write.PAYMENT)
        world.organization.pay_by_hand(stage.the_booked().id, amount=by_hand)
        if by_hand < 24_900:
            with pytest.raises(Rejected, match="settlement-stopped"):
                stage.provider.send(call, "key-1")
        else:
            stage.provider.send(call, "key-1")
        assert stage.held(stage.document.key) == replace(REFUNDED, open=Decimal(left))

    def test_nothing_left_without_a_payment_is_left_to_a_person(self):
        world = World(switches={"credit_offset": "silent"})
        stage = world.crediting(a_note(world.invoiced(is_paid=False)))
        with pytest.raises(Rejected, match="settlement-stopped"):
            refund(stage)
        assert stage.held(stage.document.key).payments == 0

    @pytest.mark.parametrize("body", ["json", "empty", "html"])
    def test_account_that_is_gone_is_named(self, body: str):
        world, stage = crediting(error_body=body)
        call = stage.call(Write.PAYMENT)
        world.organization.hide_account(55020)
        with pytest.raises(Stop) as stopped:
            stage.provider.send(call, "key-1")
        assert (stopped.value.code, stopped.value.facts["account"]) == ("account-closed", "55020")
        assert stage.held(stage.document.key).payments == 0

    def test_wrong_one_that_cannot_be_taken_back_is_left_to_a_person(self):
        _world, stage = crediting(credit_payment="negative")
        call = stage.call(Write.PAYMENT)
        stage.wire.next_write(lambda request, serve: serve(request))
        stage.wire.next_write(says(400, b'{"code": 45}'))
        with pytest.raises(Rejected, match="settlement-stopped"):
            stage.provider.send(call, "key-1")
        assert stage.held(stage.document.key).payments == 1

    def test_read_that_fails_after_a_write_leaves_it_unknown(self):
        _world, stage = crediting()
        call = stage.call(Write.PAYMENT)
        stage.wire.next_read(lambda request, serve: serve(request))
        stage.wire.next_read(says(503))
        with pytest.raises(OutcomeUnknown):
            stage.provider.send(call, "key-1")
        assert len(stage.provider.look(call)) == 1


class TestForeign:
    EUROS = Money(Decimal("249.00"), "EUR")

    @pytest.mark.parametrize("taken", ["positive", "negative"])
    @pytest.mark.parametrize("shown", ["positive", "negative"])
    def test_note_has_the_rate_of_its_own_day(self, shown: str, taken: str):
        world = World(switches={"credit_signs": shown, "credit_payment": taken})
        original = world.invoiced(a_document(total=self.EUROS))
        world.organization.set_rate("EUR", 7_500_000)
        stage = world.crediting(a_note(original, a_document(total=self.EUROS)))
        told = stage.the_draft().more
        assert (told["rate"], told["in_dkk"], told["credit"]) == ("750", "1867.50", True)
        assert stage.settle() == REFUNDED
        [paid] = world.organization.documents_with(stage.document.key)["payments"]
        assert (paid["amount"], paid["base_amount"]) == ("-249.00", "-1867.50")
