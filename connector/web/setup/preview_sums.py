"""What a preview came to: its sums per month and VAT rate, what would stop and why, which products would be made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.core.money import total
from connector.sync.models import Preview, PreviewOrder
from connector.web.frame.reasons import Explanation, explain_code

Outcome = PreviewOrder.Outcome
ZERO = Decimal("0.00")
MOST_SHOWN = 200


@dataclass(frozen=True)
class RateSum:
    """Net and VAT at one rate in one month and currency."""

    month: date
    currency: str
    rate: Decimal
    net: Decimal
    vat: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat


@dataclass(frozen=True)
class Group:
    """Orders that would rest for one cause. `amount` is in the shop's currency."""

    told: Explanation
    count: int
    amount: Decimal
    orders: Sequence[str]


@dataclass(frozen=True)
class Count:
    """How many orders have an outcome, and what they come to in the shop's currency."""

    count: int
    amount: Decimal


def rate_sums(preview: Preview) -> list[RateSum]:
    """The documents' sums, the latest month first. One query."""
    sums: dict[tuple[date, str, Decimal], list[tuple[Decimal, Decimal]]] = defaultdict(list)
    rows = preview.orders.filter(outcome=Outcome.BECOMES, dated__isnull=False)
    for dated, currency, rates in rows.values_list("dated", "currency", "rates"):
        assert dated is not None
        for percent, (net, vat) in rates.items():
            sums[dated.replace(day=1), currency, Decimal(percent)].append((Decimal(net), Decimal(vat)))
    found = [
        RateSum(month, currency, rate, total(net for net, _vat in parts), total(vat for _net, vat in parts))
        for (month, currency, rate), parts in sums.items()
    ]
    return sorted(found, key=lambda row: (-row.month.toordinal(), row.currency, -row.rate))


def counts(preview: Preview) -> dict[str, Count]:
    """Outcome → count. Orders that are in the books or on their way are counted apart, as `there`."""
    rows = preview.orders.values_list("outcome", "is_there", "total", "currency")
    found: dict[str, list[Decimal]] = defaultdict(list)
    for outcome, is_there, amount, currency in rows:
        counted = amount if amount is not None and currency == preview.shop.currency else ZERO
        is_shown = is_there and outcome in (Outcome.BECOMES, Outcome.STOPS)
        found["there" if is_shown else outcome].append(counted)
    names = [*Outcome.values, "there"]
    return {name: Count(len(found[name]), total(found[name])) for name in names}


def groups(preview: Preview, outcome: str) -> list[Group]:
    """The orders of an outcome by their cause, those with most money first."""
    rows = preview.orders.filter(outcome=outcome).order_by("pk")
    by_cause: dict[tuple[str, str], list[PreviewOrder]] = defaultdict(list)
    told: dict[tuple[str, str], Explanation] = {}
    for row in rows.defer("document"):
        words = explained(row, preview)
        key = (words.code, words.title)
        told[key] = words
        by_cause[key].append(row)
    found = [_group(told[key], rows, preview.shop.currency) for key, rows in by_cause.items()]
    return sorted(found, key=lambda group: (-group.amount, -group.count))


def _group(told: Explanation, rows: Sequence[PreviewOrder], currency: str) -> Group:
    amounts = (row.total for row in rows if row.total is not None and row.currency == currency)
    return Group(told, len(rows), total(amounts), [row.order_number or row.order_id for row in rows[:5]])


def explained(row: PreviewOrder, preview: Preview) -> Explanation:
    """Why the order would rest, in the reader's language."""
    facts = {"order": row.order_number or row.order_id, **row.facts}
    provider = preview.integration.connection.provider
    return explain_code(row.reason, shop=preview.shop, provider=provider, facts=facts)


def trouble(preview: Preview) -> Explanation | None:
    """What keeps it from going on, in the reader's language; None when nothing does."""
    if not preview.trouble:
        return None
    provider, found = preview.integration.connection.provider, preview.trouble
    return explain_code(found["code"], shop=preview.shop, provider=provider, facts=found["facts"])


def missing(preview: Preview) -> list[tuple[str, int]]:
    """The products that the books lack and that would be made: number and how many orders have it."""
    rows = preview.orders.filter(outcome=Outcome.BECOMES).exclude(missing=[]).values_list("missing", flat=True)
    return Counter(number for numbers in rows for number in numbers).most_common(MOST_SHOWN)


@dataclass(frozen=True)
class Row:
    """One order of the table. `told` is why it would rest, None for one that becomes a document."""

    order: PreviewOrder
    told: Explanation | None

    @property
    def parts(self) -> list[tuple[Decimal, Decimal, Decimal]]:
        """(VAT rate, net, VAT) of the document."""
        return [(Decimal(rate), Decimal(net), Decimal(vat)) for rate, (net, vat) in self.order.rates.items()]


def table(preview: Preview) -> list[Row]:
    """The orders that were looked at: those that would stop first, then the newest; at most `MOST_SHOWN`."""
    seen = preview.orders.exclude(outcome__in=[Outcome.UNREAD, Outcome.OUTSIDE]).defer("document")
    stops = list(seen.filter(outcome=Outcome.STOPS).order_by("-placed_at", "-pk")[:MOST_SHOWN])
    others = seen.exclude(outcome=Outcome.STOPS).order_by("-placed_at", "-pk")
    return list(_rows([*stops, *others[: MOST_SHOWN - len(stops)]], preview))


def _rows(orders: Iterable[PreviewOrder], preview: Preview) -> Iterable[Row]:
    for order in orders:
        yield Row(order, explained(order, preview) if order.reason else None)
