"""What the figures of an order mean: only a reading that meets total and VAT to the øre, and each meaning once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.core.order import PaymentKind
from tests.shops.orders import ABROAD, GONE, MIXED, USUAL, a_line, an_order, figures, read

pytestmark = pytest.mark.contract

D = Decimal


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        # Numbers in every form.
        ({"total_price": "437,00", "vat": "87,40"}, USUAL),
        ({"total_price": "437.00", "shipping_price": "39"}, USUAL),
        ({"total_price": "kr. 437,00"}, USUAL),
        ({"total_price": D("437.00000000000006")}, USUAL),
        ({"products": [a_line(amount="2", unit_price="199,00", vat="25,00")]}, USUAL),
        ({"products": [a_line(vat=D("0.25"))]}, USUAL),
        # Unit prices excl. VAT.
        ({"products": [a_line(unit_price=D("159.20"))]}, USUAL),
        (
            {"products": [a_line(amount=3, unit_price=D("79.99"))], "total_price": D("338.97"), "vat": D("67.79")},
            [("product", "299.97", "25"), ("shipping", "39.00", "25")],
        ),
        (
            {"products": [a_line(amount=3, unit_price=D("79.99"))], "total_price": D("338.96"), "vat": D("67.79")},
            [("product", "299.96", "25"), ("shipping", "39.00", "25")],
        ),
        # Shipping excl. VAT, without VAT, none.
        ({"shipping_price": D("31.20")}, USUAL),
        ({"vat": D("79.60")}, [("product", "398.00", "25"), ("shipping", "39.00", "0")]),
        ({"shipping_price": 0, "total_price": 398, "vat": D("79.60")}, USUAL[:1]),
        ({"shipping_price": GONE, "shipping": {"name": "GLS", "price": "39,00"}}, USUAL),
        ({"shipping_price": GONE, "shipping": 39}, USUAL),
        # The rate of a line that says none.
        ({"products": [a_line(vat=GONE)]}, USUAL),
        ({"products": [a_line(vat=None)], "vat": GONE}, USUAL),
        ({"products": [a_line(vat=None)], "vat": 0}, [("product", "398.00", "0"), ("shipping", "39.00", "0")]),
        ({"products": [a_line(vat=None)], "vat": "79,60"}, [("product", "398.00", "25"), ("shipping", "39.00", "0")]),
        # Mixed rates: the order's VAT tells what shipping has.
        (
            {"products": MIXED, "total_price": 239, "vat": D("27.80")},
            [("product", "100.00", "25"), ("product", "100.00", "0"), ("shipping", "39.00", "25")],
        ),
        (
            {"products": MIXED, "total_price": 239, "vat": 20},
            [("product", "100.00", "25"), ("product", "100.00", "0"), ("shipping", "39.00", "0")],
        ),
        (
            {"products": MIXED, "total_price": 239, "vat": D("23.90")},
            [
                *[("product", "100.00", "25"), ("product", "100.00", "0")],
                ("shipping", "19.50", "25"),
                ("shipping", "19.50", "0"),
            ],
        ),
        # Vouchers: an amount, a percentage, or an amount where the percentage is expected; either sign.
        (
            {"voucher_code": "SOL", "voucher_discount_amount": 37, "total_price": 400, "vat": 80},
            [*USUAL, ("discount", "-37.00", "-1")],
        ),
        (
            {"voucher_discount_amount": "-37,00", "total_price": 400, "vat": 80},
            [*USUAL, ("discount", "-37.00", "-1")],
        ),
        (
            {"voucher_discount": 10, "total_price": D("397.20"), "vat": D("79.44")},
            [*USUAL, ("discount", "-39.80", "-1")],
        ),
        (
            {
                "voucher_discount": 10,
                "voucher_discount_amount": D("39.80"),
                "total_price": D("397.20"),
                "vat": D("79.44"),
            },
            [*USUAL, ("discount", "-39.80", "-1")],
        ),
        (
            {"voucher_discount": 10, "total_price": D("393.30"), "vat": D("78.66")},
            [*USUAL, ("discount", "-43.70", "-1")],
        ),
        # Also the sum of: 20 % off everything, with shipping's VAT on top.
        (
            {"voucher_discount": 20, "total_price": D("357.40"), "vat": D("71.48")},
            [*USUAL, ("discount", "-79.60", "-1")],
        ),
        ({"voucher_discount": 37, "total_price": 400, "vat": 80}, [*USUAL, ("discount", "-37.00", "-1")]),
        (
            {"voucher": {"code": "SOL", "percent_discount": 10}, "total_price": D("397.20"), "vat": GONE},
            [*USUAL, ("discount", "-39.80", "-1")],
        ),
        (
            {
                "products": [a_line(unit_price=D("159.20"))],
                "voucher_discount_amount": D("29.60"),
                "total_price": 400,
                "vat": 80,
            },
            [*USUAL, ("discount", "-37.00", "-1")],
        ),
        # Fees.
        ({"payment_fee": 5, "total_price": 442, "vat": D("88.40")}, [*USUAL, ("fee", "5.00", "25")]),
        ({"payment_fee": 4, "total_price": 442, "vat": D("88.40")}, [*USUAL, ("fee", "5.00", "25")]),
        ({"fee": "5,00", "total_price": 442, "vat": D("87.40")}, [*USUAL, ("fee", "5.00", "0")]),
        (
            {"fee": 5, "invoice_fee": 10, "total_price": 452, "vat": D("90.40")},
            [*USUAL, ("fee", "5.00", "25"), ("fee", "10.00", "25")],
        ),
        # What restates is nothing new.
        ({"price": 398}, USUAL),
        ({"price": 437}, USUAL),
        ({"subtotal": D("318.40"), "shipping_vat_amount": D("7.80"), "total_ex_vat": D("349.60")}, USUAL),
        ({"extras": {"fee": 12, "total": 3}, "comments": "100"}, USUAL),
        ({"products": [a_line(purchase_price=80, before_price=250)]}, USUAL),
        # Lines of nothing, many lines, fractions.
        (
            {"products": [a_line(), a_line(name="Prøve", unit_price=0, vat=0)]},
            [("product", "398.00", "25"), ("product", "0.00", "0"), ("shipping", "39.00", "25")],
        ),
        (
            {"products": [a_line(amount="0,5", unit_price="199,99")], "total_price": 139, "vat": D("27.80")},
            [("product", "100.00", "25"), ("shipping", "39.00", "25")],
        ),
        ({"products": [], "shipping_price": 0, "total_price": 0, "vat": 0}, []),
        ({"products": GONE, "shipping_price": 0, "total_price": 0, "vat": GONE}, []),
        # Returned goods on an order, and credit notes.
        (
            {"products": [a_line(), a_line(amount=-1)], "total_price": 238, "vat": D("47.60")},
            [("product", "398.00", "25"), ("product", "-199.00", "25"), ("shipping", "39.00", "25")],
        ),
        (
            {"products": [a_line(amount=-2)], "shipping_price": -39, "total_price": -437, "vat": D("-87.40")},
            [("product", "-398.00", "25"), ("shipping", "-39.00", "25")],
        ),
        (
            {
                "products": [a_line(amount=-2)],
                "shipping_price": 0,
                "voucher_discount_amount": -38,
                "total_price": -360,
                "vat": -72,
            },
            [("product", "-398.00", "25"), ("discount", "38.00", "-1")],
        ),
        # Abroad.
        (ABROAD | {"vat": 0}, [("product", "398.00", "0"), ("shipping", "39.00", "0")]),
        (ABROAD | {"vat": D("87.40")}, USUAL),
        (ABROAD | {"products": [a_line(vat=0)], "vat": GONE}, [("product", "398.00", "0"), ("shipping", "39.00", "0")]),
    ],
    ids=str,
)
def test_the_one_reading(changes: dict[str, Any], lines: list[tuple[str, str, str]]):
    order = read(an_order(**changes))
    assert figures(order) == lines
    assert order.lines_total == order.total.amount


def test_a_voucher_is_named_by_its_code():
    order = read(an_order(voucher_code="SOL &amp; M&aring;ne", voucher_discount_amount=37, total_price=400, vat=80))
    assert order.lines[-1].name == "SOL & Måne"
    assert order.reading == "prices-incl-vat shipping-incl-25 discount-amount"


# --- gift cards -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "payments"),
    [
        ({"gift_card_amount": 100, "total_price": 337}, [("gift_card", "100.00"), ("card", "337.00")]),
        ({"gift_card_amount": "100,00", "total_price": 437}, [("gift_card", "100.00"), ("card", "337.00")]),
        ({"gift_card_amount": -100, "total_price": 337}, [("gift_card", "100.00"), ("card", "337.00")]),
        ({"giftcard": {"code": "G", "amount": 100}, "total_price": 337}, [("gift_card", "100.00"), ("card", "337.00")]),
        ({"gift_card_amount": 437, "total_price": 0}, [("gift_card", "437.00")]),
        ({"gift_card_amount": 100, "total_price": 337, "paid": 0}, [("gift_card", "100.00")]),
        ({"gift_card_amount": 0}, [("card", "437.00")]),
    ],
    ids=str,
)
def test_a_gift_card_pays_a_part(changes: dict[str, Any], payments: list[tuple[str, str]]):
    order = read(an_order(payment_name="MobilePay", **changes))
    assert figures(order) == USUAL
    assert str(order.total) == "437.00 DKK"
    assert [(part.kind.value, f"{part.amount:.2f}") for part in order.payments] == payments
    assert {part.method for part in order.payments if part.kind is PaymentKind.CARD} <= {"MobilePay"}


@pytest.mark.parametrize(
    ("fields", "method"),
    [
        ({"payment_name": "Dankort"}, "Dankort"),
        ({"payment_gateway": {"name": "MobilePay"}}, "MobilePay"),
        ({"payment_method": "3"}, ""),
        ({"payment_gateway_id": 3}, ""),
    ],
    ids=str,
)
def test_the_payment_methods_name(fields: dict[str, Any], method: str):
    assert read(an_order(**fields)).payments[0].method == method
