"""What is wrong with the document of a case, in the books' own integers.

Rows, shares, nets and VAT are reckoned anew here and in the sandbox's totals: nothing of the product's arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from connector.core.document import DocumentLine, InvoiceDocument
from connector.core.errors import Stop
from connector.core.mapping import GiftCard, Layout, MissingProduct, order_to_invoice
from connector.core.order import LineKind, OrderLine, PaymentKind
from sandbox.economic import totals
from tests.core.baskets import demanded, judged
from tests.core.baskets.settings import Case
from tests.core.orders import SPREAD

WHOLE = 10_000
"""100 %, in hundredths of a percent."""
FURTHEST = 250
"""How far, in hundredths of an øre, a line's net may be from its ideal one: half an øre, and two that it may carry."""


@dataclass(frozen=True)
class Verdict:
    """What is wrong with one case (nothing, when it is right), and its rounding line in øre."""

    seed: int
    faults: tuple[str, ...]
    rounding: int = 0


@dataclass(frozen=True)
class Asked:
    """A row that the document must hold, its gross in øre and its rate in hundredths of a percent."""

    item: str
    group: str
    gross: int
    rate: int
    quantity: Decimal = Decimal(1)


def verdict(case: Case) -> Verdict:
    """Make the case's document and judge it."""
    try:
        document = order_to_invoice(case.order, case.rules, date=case.date, known=case.known)
    except (Stop, ArithmeticError, ValueError, LookupError) as error:
        return Verdict(case.seed, (f"no document: {error!r}",))
    added = [line for line in document.lines if line.item == case.rules.rounding_item]
    return Verdict(case.seed, tuple(_faults(case, document, added)), sum(_ore(line.amount) for line in added))


def _faults(case: Case, document: InvoiceDocument, added: list[DocumentLine]) -> Iterator[str]:
    asked = list(rows(case))
    reading = case.rules.reading
    books = judged(document, reading.level, reading.mode)
    charged = sum(row.gross for row in asked)
    for name, found, right in (
        ("gross", books.gross, charged),
        ("own net", _ore(document.net), books.net),
        ("own VAT", _ore(document.vat), books.vat),
        ("total", _ore(document.total.amount), charged),
        ("currency", document.currency, case.order.total.currency),
        *_facts(case, document),
    ):
        if found != right:
            yield f"{name}: {found}, not {right}"
    yield from _roundings(case, added, asked)
    yield from _line_faults(case, document, asked)
    yield from _vat_faults(case, books.by_rate, asked)


def _facts(case: Case, document: InvoiceDocument) -> Iterator[tuple[str, object, object]]:
    expected, customer = case.expected, document.customer
    yield "situation", document.situation.value, expected.situation
    yield "VAT country", document.vat_country, expected.country
    yield "zone", document.choices.get("zone", ""), expected.zone
    yield "customer", customer.collective or customer.key, expected.customer
    yield "term", document.choices.get("terms", ""), expected.term
    yield "settles itself", document.settles_itself, bool(expected.term)
    yield "payments", tuple((part.amount, part.account) for part in document.payments), expected.payments


# --- what the document must hold -------------------------------------------------------------------------------------
def rows(case: Case) -> Iterator[Asked]:
    """The rows, in the order of the order's lines."""
    lines = [part for line in case.order.lines for part in _at_rates(line, case)]
    single = [_asked(line, case) for line in lines] + list(_gift_cards(lines, case))
    if case.rules.layout is Layout.SINGLE:
        yield from single
        return
    sums: dict[int, int] = {}
    for row in single:
        sums[row.rate] = sums.get(row.rate, 0) + row.gross
    for rate, gross in sums.items():
        if gross:
            yield Asked(_item(case, "total", rate), "", gross, rate)


def _asked(line: OrderLine, case: Case) -> Asked:
    rate = int(line.vat_rate * 100)
    if line.kind is LineKind.PRODUCT:
        item, group = _product(line, case, rate)
    elif line.kind is LineKind.SHIPPING and case.carried:
        item, group = case.carried[line.vat_rate], ""
    else:
        item, group = _item(case, line.kind.value, rate), ""
    quantity = line.quantity if line.quantity * 100 % 1 == 0 else Decimal(1)
    return Asked(item, group, _ore(line.gross), rate, quantity)


def _product(line: OrderLine, case: Case, rate: int) -> tuple[str, str]:
    if line.sku and line.sku in case.known:
        return line.sku, ""
    if case.rules.missing_product is MissingProduct.CREATE:
        return line.sku, case.rules.groups[Decimal(rate) / 100]
    return _item(case, "default", rate), ""


def _item(case: Case, purpose: str, rate: int) -> str:
    return case.rules.items[purpose][Decimal(rate) / 100]


def _at_rates(line: OrderLine, case: Case) -> list[OrderLine]:
    if line.vat_rate != SPREAD:
        return [line]
    goods = [other for other in case.order.lines if other.kind is LineKind.PRODUCT]
    parts = _shares(_ore(line.gross), goods)
    return [OrderLine(line.kind, line.name, Decimal(part) / 100, rate) for rate, part in parts if part]


def _gift_cards(lines: list[OrderLine], case: Case) -> Iterator[Asked]:
    used = sum(_ore(part.amount) for part in case.order.payments if part.kind is PaymentKind.GIFT_CARD)
    if case.rules.gift_card is GiftCard.LINE and used:
        for rate, part in _shares(-used, lines):
            if part:
                yield Asked(_item(case, "gift_card", int(rate * 100)), "", part, int(rate * 100))


def _shares(amount: int, over: list[OrderLine]) -> list[tuple[Decimal, int]]:
    """`amount` over the rates that sold something, by what each sold; the largest remainders get the øre left over."""
    sold: dict[Decimal, int] = {}
    for line in over:
        sold[line.vat_rate] = sold.get(line.vat_rate, 0) + _ore(line.gross)
    weights = [(rate, gross) for rate, gross in sold.items() if gross > 0]
    whole = sum(gross for _, gross in weights)
    cut = [divmod(abs(amount) * gross, whole) for _, gross in weights]
    missing = abs(amount) - sum(part for part, _ in cut)
    first = sorted(range(len(cut)), key=lambda at: (-cut[at][1], at))[:missing]
    sign = -1 if amount < 0 else 1
    return [(rate, sign * (cut[at][0] + (at in first))) for at, (rate, _) in enumerate(weights)]


# --- what is wrong ---------------------------------------------------------------------------------------------------
def _roundings(case: Case, added: list[DocumentLine], asked: list[Asked]) -> Iterator[str]:
    """One øre, without VAT, and only where arithmetic demands it."""
    if len(added) > 1 or any(abs(_ore(line.amount)) != 1 or line.vat_rate for line in added):
        yield f"rounding lines: {added}"
    if case.rules.reading.level == "total":
        sums: dict[Decimal, int] = {}
        for row in asked:
            sums[Decimal(row.rate) / 100] = sums.get(Decimal(row.rate) / 100, 0) + row.gross
        if bool(added) != demanded(sums, case.rules.reading.mode):
            yield f"rounding line: {bool(added)}, though arithmetic says otherwise"


def _line_faults(case: Case, document: InvoiceDocument, asked: list[Asked]) -> Iterator[str]:
    """Each row in one line or two of its item, with its quantity, near its ideal net."""
    left = [line for line in document.lines if line.item != case.rules.rounding_item]
    for row in asked:
        parts, left = _parts(left, row)
        wrong = [
            part for part in parts if (part.item, part.group, part.vat_rate * 100) != (row.item, row.group, row.rate)
        ]
        if wrong or sum(part.quantity for part in parts) != row.quantity:
            yield f"lines of {row}: {parts}"
        net = sum(_net(part, case) for part in parts)
        if abs(net * (WHOLE + row.rate) - row.gross * WHOLE) * 100 > FURTHEST * (WHOLE + row.rate):
            yield f"net of {row}: {net} øre"
    if left:
        yield f"more lines than rows: {left}"


def _parts(lines: list[DocumentLine], row: Asked) -> tuple[list[DocumentLine], list[DocumentLine]]:
    count = 1 if lines and lines[0].quantity == row.quantity else 2
    return lines[:count], lines[count:]


def _net(line: DocumentLine, case: Case) -> int:
    amounts = totals.LineAmounts(int(line.quantity * 100), _ore(line.unit_price), 0, 0)
    return totals.line_net(amounts, case.rules.reading.mode)


def _vat_faults(case: Case, by_rate: dict[int, totals.RateTotal], asked: list[Asked]) -> Iterator[str]:
    """Each rate's VAT within an øre of the shop's; where books round on each line, within half an øre of each more."""
    sums: dict[int, int] = {}
    for row in asked:
        sums[row.rate] = sums.get(row.rate, 0) + row.gross
    for rate, gross in sums.items():
        own = gross - totals.divide(gross * WHOLE, WHOLE + rate)
        loose = sum(row.rate == rate for row in asked) if case.rules.reading.level == "line" else 0
        if gross and abs(by_rate[rate].vat - own) > 1 + loose:
            yield f"VAT at {rate / 100} %: {by_rate[rate].vat} øre, not {own}"


def _ore(amount: Decimal) -> int:
    """A two-decimal amount in øre. Raises ValueError for a finer one."""
    if amount * 100 % 1:
        raise ValueError(f"{amount} has parts of an øre")
    return int(amount * 100)
