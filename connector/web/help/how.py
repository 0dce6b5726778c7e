"""What is transferred and what is not: per financial system and per shop platform, from what each declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounting.base import AccountingProvider
from connector.core.capabilities import ProviderCapabilities
from connector.core.readings import GROSS, NET
from connector.sync import build
from connector.web.frame.words import Text
from connector.web.help.about import about

OF_BOOKS: Mapping[str, Text] = {
    "books_drafts": gettext_lazy("Orders become draft invoices, which are compared and booked"),
    "settles": gettext_lazy("The payment is registered, so that the invoice ends with balance 0"),
    "creates_products": gettext_lazy("Products that are missing can be created"),
    "foreign_currency": gettext_lazy("Orders in foreign currencies"),
    "negative_lines": gettext_lazy("A discount is a line of its own; otherwise it lowers the lines of its VAT rate"),
    "credit_notes": gettext_lazy("Credit notes"),
    "reads_stock": gettext_lazy("Stock levels are read"),
    "writes_stock": gettext_lazy("Stock levels are changed"),
}
OF_SHOPS: Mapping[str, Text] = {
    "registers_webhooks": gettext_lazy("Tells us of an order at once, without set-up by hand"),
    "partial_shipments": gettext_lazy("Tells which lines of an order were sent when"),
}
LIMITS: Mapping[str, Text] = {
    "max_lines": gettext_lazy("Lines on one invoice, at most"),
    "max_item_number": gettext_lazy("Characters in a SKU number, at most"),
    "max_description": gettext_lazy("Characters in a line's text, at most"),
}


BY_ITEM, BY_ACCOUNT, BY_PRODUCT = "item", "account", "product"
OF_LINES: Mapping[str, Text] = {
    BY_ITEM: gettext_lazy("a product, whose VAT follows from its product group and the VAT zone"),
    BY_ACCOUNT: gettext_lazy("a sales account, whose VAT follows"),
    BY_PRODUCT: gettext_lazy("a product for each kind of sale, which decides account and VAT"),
}
"""What a line of an invoice names."""
OF_PRICES: Mapping[str, Text] = {NET: gettext_lazy("excl. VAT"), GROSS: gettext_lazy("incl. VAT")}

OF_CLEARING: Mapping[bool, Text] = {
    False: gettext_lazy("you create it yourself"),
    True: gettext_lazy("is created with one button"),
}


@dataclass(frozen=True)
class Row:
    """A line of a table: what it is about, and for each column its heading and its answer."""

    words: Text
    answers: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """One column per system."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Row]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page, for everybody."""
    shops = {made.label: made.capabilities for made in build.adapter_classes().values()}
    tables = [books_table(), _table(_("What the shop can do"), shops, OF_SHOPS, {})]
    return render(request, "help/how.html", {"tables": tables, "about": about(request)})


def books_table() -> Table:
    """What each financial system can do, and how its invoices are made."""
    classes = list(build.provider_classes().values())
    books = {made.label: _for_people(made) for made in classes}
    table = _table(_("What the financial system can do"), books, OF_BOOKS, LIMITS)
    lines = [(made.label, str(OF_LINES[_sells_by(made)])) for made in classes]
    prices = [(made.label, str(OF_PRICES[made.readings[0].prices])) for made in classes]
    clearing = [(made.label, str(OF_CLEARING[bool(made.proposed_account)])) for made in classes]
    ways = [
        Row(_("A line of the invoice names"), lines),
        Row(_("Prices on the invoice's lines"), prices),
        Row(_("A clearing account that is missing"), clearing),
    ]
    return replace(table, rows=[*ways, *table.rows])


def _sells_by(made: type[AccountingProvider]) -> str:
    if made.sells_by_product:
        return BY_PRODUCT
    return BY_ACCOUNT if made.sells_by_account else BY_ITEM


def _for_people(made: type[AccountingProvider]) -> ProviderCapabilities:
    """What it can do; of a line that names an account nobody counts the characters."""
    return replace(made.capabilities, max_item_number=0) if made.sells_by_account else made.capabilities


def differing() -> Table:
    """The lines of that table in which the financial systems differ; none where there is only one."""
    table = books_table()
    rows = [row for row in table.rows if len({answer for _column, answer in row.answers}) > 1]
    return replace(table, caption=_("Where they differ"), rows=rows)


def _table(caption: str, columns: Mapping[str, object], able: Mapping[str, Text], limits: Mapping[str, Text]) -> Table:
    can = [_row(name, words, columns, lambda has: _("Yes") if has else _("No")) for name, words in able.items()]
    most = [_row(name, words, columns, lambda most: str(most) if most else "–") for name, words in limits.items()]
    return Table(caption, list(columns), [*can, *most])


def _row(name: str, words: Text, columns: Mapping[str, object], said: Callable[[object], str]) -> Row:
    return Row(words, [(heading, said(getattr(each, name))) for heading, each in columns.items()])
