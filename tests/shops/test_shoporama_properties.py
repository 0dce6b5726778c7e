"""What holds for every order: no basket is misread, no shape makes anything but a stop with a name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.core.errors import NeedsSetup, Rejected
from connector.core.money import Money, allocate, rounded
from connector.core.order import Order
from shops.adapters.shoporama.parse import read_order
from shops.adapters.shoporama.values import amount, flag, moment, number, percent, text
from tests.shops.orders import COUNTRIES, SHOP, a_line, an_order, figures, read_all

pytestmark = pytest.mark.contract
some = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

CENT = Decimal("0.01")
amounts = st.integers(0, 9_999_999).map(lambda cents: Decimal(cents) * CENT)
prices = st.integers(100, 500_000).map(lambda cents: Decimal(cents) * CENT)
charges = st.integers(1000, 20_000).map(lambda cents: Decimal(cents) * CENT)
WRITTEN = {
    "decimal": lambda value: value,
    "point": str,
    "comma": lambda value: str(value).replace(".", ","),
    "danish": lambda value: f"{value:,.2f}".translate(str.maketrans(",.", ".,")),
    "english": lambda value: f"{value:,.2f}",
    "spaced": lambda value: f" {value:,.2f} kr.".replace(",", "\u00a0"),
    "noisy": lambda value: value + Decimal("1E-13"),
}
forms = st.sampled_from(sorted(WRITTEN))
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.decimals(), st.text(max_size=12), st.sampled_from(["1,5", "0000-00-00"])
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@some
@given(amounts, forms)
def test_an_amount_is_the_same_in_every_form(value: Decimal, form: str):
    read = amount(WRITTEN[form](value))
    assert read is not None
    assert rounded(read) == value


@some
@given(anything)
def test_no_value_is_ever_trouble(value: Any):
    assert isinstance(flag(value), bool)
    at, rate, figure = moment(value), percent(value), number(value)
    assert at is None or at.tzinfo
    assert rate is None or 0 <= rate < 100
    assert figure is None or figure.is_finite()


@some
@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_a_name_can_be_stored_and_reading_it_again_changes_nothing(value: str):
    name = text(value)
    assert "\x00" not in json.dumps(name, ensure_ascii=False)
    assert name.encode().decode() == name == name.strip()


@dataclass(frozen=True)
class Basket:
    """What was sold, all prices incl. VAT, and what the shop therefore says."""

    lines: list[tuple[int, Decimal, int]]
    shipping: Decimal
    shipping_rate: int
    fee: Decimal
    discount: Decimal
    gift_card: Decimal
    form: str

    @property
    def goods(self) -> Decimal:
        return sum((count * price for count, price, _ in self.lines), Decimal(0))

    @property
    def sold(self) -> Decimal:
        return self.goods + self.shipping + self.fee - self.discount

    @property
    def vat(self) -> Decimal:
        taxed = sum((count * price for count, price, rate in self.lines if rate), Decimal(0))
        shares = allocate(self.discount, [taxed, self.goods - taxed])
        charged = self.shipping + self.fee if self.shipping_rate else Decimal(0)
        return rounded((taxed - shares[0] + charged) / 5)

    def document(self) -> dict[str, Any]:
        write = WRITTEN[self.form]
        lines = [a_line(amount=count, unit_price=write(price), vat=rate) for count, price, rate in self.lines]
        return an_order(
            products=lines,
            shipping_price=write(self.shipping),
            payment_fee=write(self.fee),
            voucher_discount_amount=write(self.discount),
            gift_card_amount=write(self.gift_card),
            vat=write(self.vat),
            total_price=write(self.sold - self.gift_card),
        )

    def figures(self) -> list[tuple[str, str, str]]:
        lines = [("product", count * price, str(rate)) for count, price, rate in self.lines]
        rate = str(self.shipping_rate)
        lines += [("shipping", self.shipping, rate), ("fee", self.fee, rate), ("discount", -self.discount, "-1")]
        return [(kind, f"{gross:.2f}", rate) for kind, gross, rate in lines if gross or kind == "product"]


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    lines = draw(st.lists(st.tuples(st.integers(1, 9), prices, st.sampled_from([25, 0])), min_size=1, max_size=6))
    goods = sum((count * price for count, price, _ in lines), Decimal(0))
    return Basket(
        lines=lines,
        shipping=draw(charges),
        shipping_rate=draw(st.sampled_from([25, 0])),
        fee=draw(st.sampled_from([Decimal(0), Decimal("25.00")])),
        discount=rounded(goods * draw(st.integers(0, 90)) / 100),
        gift_card=draw(st.sampled_from([Decimal(0), Decimal("10.00")])),
        form=draw(forms),
    )


@some
@given(baskets())
def test_the_basket_that_was_sold_is_among_the_readings(basket: Basket):
    found = read_all(basket.document())
    assert basket.figures() in [figures(order) for order in found]
    for order in found:
        assert order.total.amount == order.lines_total == basket.sold
        assert sum(part.amount for part in order.payments) == basket.sold


@some
@given(baskets(), st.sampled_from([CENT, -CENT]))
def test_a_total_that_is_an_øre_off_is_never_read(basket: Basket, off: Decimal):
    raw = basket.document() | {"total_price": basket.sold - basket.gift_card + off}
    with pytest.raises(NeedsSetup) as caught:
        read_all(raw)
    assert caught.value.code == "total-off"
    assert caught.value.facts["difference"] == f"{off:.2f}"


# --- credit notes -----------------------------------------------------------------------------------------------------
class Minus(NamedTuple):
    """Where a credit note's figures have their minus."""

    is_by_price: bool
    vat: int
    discount: int
    gift_card: int


signs = st.builds(Minus, st.booleans(), *(st.sampled_from([1, -1]) for _ in ("vat", "discount", "gift card")))


def credit_note(basket: Basket, minus: Minus) -> dict[str, Any]:
    """The basket given back: what the shop says of it, every amount turned but where its sign is open."""
    write, counts, prices = WRITTEN[basket.form], *((1, -1) if minus.is_by_price else (-1, 1))
    lines = [
        a_line(amount=counts * count, unit_price=write(prices * price), vat=rate) for count, price, rate in basket.lines
    ]
    return basket.document() | {
        "products": lines,
        "shipping_price": write(-basket.shipping),
        "payment_fee": write(-basket.fee),
        "voucher_discount_amount": write(minus.discount * basket.discount),
        "gift_card_amount": write(minus.gift_card * basket.gift_card),
        "vat": write(minus.vat * basket.vat),
        "total_price": write(basket.gift_card - basket.sold),
        "original_order_id": 912001,
    }


def mirrored(order: Order) -> Order:
    """What a credit note of all that was sold must say."""
    lines = tuple(replace(line, gross=-line.gross) for line in order.lines)
    total = Money(-order.total.amount, order.total.currency)
    return replace(order, total=total, lines=lines, payments=(), credits="912001")


@some
@given(baskets(), signs)
def test_a_credit_note_reads_as_the_mirror_of_what_was_sold(basket: Basket, minus: Minus):
    notes = read_all(credit_note(basket, minus))
    assert notes == [mirrored(order) for order in read_all(basket.document())]
    assert all(note.is_credit and line.quantity > 0 for note in notes for line in note.lines)


@some
@given(baskets(), signs, st.sampled_from([CENT, -CENT]))
def test_a_credit_note_that_is_an_øre_off_is_never_read(basket: Basket, minus: Minus, off: Decimal):
    raw = credit_note(basket, minus) | {"total_price": basket.gift_card - basket.sold + off}
    with pytest.raises(NeedsSetup) as caught:
        read_all(raw)
    assert (caught.value.code, caught.value.facts["difference"]) == ("total-off", f"{off:.2f}")


@contextmanager
def may_stop() -> Iterator[None]:
    """Nothing but the stops that the catalogue knows."""
    try:
        yield
    except (NeedsSetup, Rejected) as stop:
        if stop.code not in {"total-off", "amount-unread", "fact-missing", "order-unreadable"}:
            raise


FIELDS = sorted(set(an_order()) | {"shipping", "voucher", "payment_fee", "gift_card", "paid_at", "currency"})


@settings(some, max_examples=100)
@given(st.sampled_from(FIELDS), anything)
def test_any_value_in_any_field_is_read_or_stops_with_a_name(field: str, value: Any):
    with may_stop():
        for order in read_order(an_order(**{field: value}), SHOP, COUNTRIES, "912345"):
            assert order.lines_total == order.total.amount
            assert order.key("invoice")


@some
@given(st.sampled_from(sorted(a_line())), anything)
def test_any_value_in_a_line_is_read_or_stops_with_a_name(field: str, value: Any):
    with may_stop():
        read_all(an_order(products=[a_line(**{field: value})]))
