"""From an order to its customer and its invoice, and from an invoice to what the books say of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from connector.core import customers
from connector.core.document import Customer, Difference, DocumentLine, Figures, InvoiceDocument, Situation
from connector.core.errors import NeedsSetup
from connector.core.exact import Charge, fit
from connector.core.money import Money, digits, plain, total
from connector.core.order import LineKind, Order, OrderLine
from connector.core.readings import Reading
from connector.core.rows import Row, rows_of
from connector.core.rules import SALES, GiftCard, Layout, MappingRules, MissingProduct, NoEmail
from connector.core.settlement import payments_of, require_choice, term_of
from connector.core.treatment import SHOP_TIME, Treatment, Why, sales_field, tax_point, treat, usable_rates, zone_field

__all__ = [
    "GiftCard",
    "Layout",
    "MappingRules",
    "MissingProduct",
    "NoEmail",
    "compare",
    "corrected",
    "order_to_customer",
    "order_to_invoice",
    "wanted_items",
]


def wanted_items(order: Order, rules: MappingRules) -> frozenset[str]:
    """The item numbers of which it must be known whether the books have them before a document can be made."""
    if rules.layout is Layout.TOTAL or rules.sells_by_account:
        return frozenset()
    return frozenset(line.sku for line in order.lines if line.kind is LineKind.PRODUCT and line.sku)


def order_to_customer(order: Order, rules: MappingRules) -> Customer:
    """Whom the invoice is for: the buyer by company number or e-mail, or the collective customer.

    The collective one takes orders whose buyer cannot be told from others, and all orders while customers are not
    made. Raises NeedsSetup when it is needed and not chosen.
    """
    buyer = customers.identified(order.buyer, by_name=rules.no_email is NoEmail.KEY)
    if buyer and rules.creates_customers:
        return buyer
    if rules.collective_customer:
        return Customer(key="", party=order.buyer, collective=rules.collective_customer)
    if rules.creates_customers:
        raise NeedsSetup("fact-missing", fact="email", order=order.number)
    raise NeedsSetup("choice-missing", field="collective", order=order.number)


def order_to_invoice(
    order: Order, rules: MappingRules, *, date: date, known: Collection[str], vat_free: Collection[str] = ()
) -> InvoiceDocument:
    """Build the invoice for an order.

    `known` are those of `wanted_items` that the books have, `vat_free` the items that carry no VAT at home.
    Its gross is the order's total to the øre (less the gift cards where they are lines) in books of the rules' reading.
    Raises NeedsSetup for what must be chosen or mended first, Unsupported where there is nothing to invoice.
    """
    require_choice(order, rules)
    day = tax_point(order, date)
    rows = rows_of(order, replace(rules, rates=usable_rates(order, rules, day)))
    treatment = treat(order, rules, day, vat_free)
    term = term_of(order, rules)
    return InvoiceDocument(
        key=order.key("invoice"),
        number=order.number,
        date=date,
        customer=order_to_customer(order, rules),
        situation=treatment.situation,
        total=Money(total(row.line.gross for row in rows), order.total.currency),
        order_total=order.total,
        lines=_document_lines(rows, order, rules, known, treatment),
        reference=_contact(order, rules),
        heading=f"{rules.text('heading_prefix')} {order.number}".strip(),
        note=_note(order, treatment, rules),
        delivery_date=order.shipped_at.astimezone(SHOP_TIME).date() if order.shipped_at else None,
        delivery=order.delivery,
        payments=() if term else payments_of(order, rules),
        settles_itself=bool(term),
        choices={**rules.choices, **_zone(treatment, rules, order.number), **({"terms": term} if term else {})},
        vat_reason=treatment.reason.value,
        vat_country=treatment.country,
        rounding=rules.reading.name,
    )


def corrected(
    document: InvoiceDocument, order: Order, rules: MappingRules, readings: Sequence[Reading]
) -> InvoiceDocument | None:
    """The document of a draft with the lines that come to its total in books of these readings.

    None where the readings ask for different lines: which of them holds is not known. Raises NeedsSetup where an øre
    has to be added and no item for it is chosen.
    """
    day = tax_point(order, document.true_date or document.date)
    rows = rows_of(order, replace(rules, rates=usable_rates(order, rules, day)))
    known = {line.item for line in document.lines}
    treatment = Treatment(document.situation, Why.HOME, document.vat_country)
    made = [_document_lines(rows, order, replace(rules, reading=reading), known, treatment) for reading in readings]
    if not made or any(lines != made[0] for lines in made):
        return None
    return replace(document, lines=made[0], rounding=readings[0].name)


def compare(document: InvoiceDocument, figures: Figures, *, customer: str) -> list[Difference]:
    """Where the books' own figures for a draft disagree with the document; empty when all is as the shop said.

    `customer` is the provider's number of the customer that the document is for. Customer and zone are compared
    where the books' answer carries them.
    """
    zone = document.choices.get("zone", "")
    facts = [
        ("gross", plain(document.total.amount), plain(figures.gross)),
        ("vat", plain(document.vat), plain(figures.vat)),
        ("currency", document.currency, figures.currency),
        ("customer", customer, customer if figures.customer is None else figures.customer),
        ("zone", zone, zone if figures.zone is None else figures.zone),
    ]
    return [Difference(fact, ours, theirs) for fact, ours, theirs in facts if ours != theirs]


def _note(order: Order, treatment: Treatment, rules: MappingRules) -> str:
    """What the law wants on an invoice without VAT to an EU business: why, and the buyer's number (rule 8)."""
    if treatment.situation is not Situation.EU_BUSINESS:
        return ""
    return f"{rules.text('eu_business_text')} {order.buyer.vat_number.strip()}".strip()


def _zone(treatment: Treatment, rules: MappingRules, number: str) -> dict[str, str]:
    """The zone chosen for the situation; nothing for a provider that has no zones."""
    zones = {name: zone for name, zone in rules.choices.items() if name.startswith("zone_")}
    if not zones:
        return {}
    zone = zones.get(zone_field(treatment.situation, treatment.country), "")
    if not zone:
        of_country = {"country": treatment.country} if treatment.country else {}
        raise NeedsSetup("vat-zone-missing", situation=treatment.situation.value, order=number, **of_country)
    return {"zone": zone}


def _contact(order: Order, rules: MappingRules) -> str:
    """The person at a company or public body; public bodies send back an invoice that names none."""
    return f"{rules.text('contact_text')}: {order.buyer.contact}" if order.buyer.contact else ""


def _document_lines(
    rows: Sequence[Row], order: Order, rules: MappingRules, known: Collection[str], treatment: Treatment
) -> tuple[DocumentLine, ...]:
    """The rows as lines, and the rounding line where no net prices reach the total."""
    number = order.number
    fitted = fit([Charge(row.line.gross, row.line.vat_rate, row.line.quantity) for row in rows], rules.reading)
    lines, by_account = [], rules.sells_by_account
    for row, pieces in zip(rows, fitted.pieces, strict=True):
        item, group = _account(row, order, rules, treatment) if by_account else _item(row, order, rules, known)
        text = row.line.name or row.line.sku or rules.text(f"{row.purpose}_text")
        lines += [DocumentLine(item, text, *piece, row.line.vat_rate, group, row.purpose) for piece in pieces]
    if fitted.rounding:
        lines.append(_rounding_line(fitted.rounding, rules, number))
    return tuple(lines)


def _rounding_line(amount: Decimal, rules: MappingRules, number: str) -> DocumentLine:
    if not rules.rounding_item:
        raise NeedsSetup("vat-free-group-missing", order=number)
    text = rules.text("rounding_text")
    return DocumentLine(rules.rounding_item, text, Decimal(1), amount, Decimal(0), purpose="rounding")


def _account(row: Row, order: Order, rules: MappingRules, treatment: Treatment) -> tuple[str, str]:
    """The account that the row is sold on. At home it goes by the rate, and shipping and fees may have their own."""
    rate = row.line.vat_rate
    if treatment.situation is Situation.DOMESTIC:
        own = rules.item(row.purpose, rate) if row.purpose in ("shipping", "fee") else ""
        return own or _chosen(rules.item(SALES, rate), SALES, rate, order.number), ""
    name = sales_field(treatment.situation, treatment.country)
    account = rules.choices.get(name, "")
    if not account:
        country = {"country": treatment.country} if treatment.country else {}
        raise NeedsSetup("choice-missing", field=name, order=order.number, **country)
    return account, ""


def _item(row: Row, order: Order, rules: MappingRules, known: Collection[str]) -> tuple[str, str]:
    """The row's item number, and the group to make it in where it is missing and may be made."""
    line, rate = row.line, row.line.vat_rate
    if row.purpose == "product":
        return _product(line, rules, known, order.number)
    item = rules.item(row.purpose, rate)
    if row.purpose == "total":
        return _chosen(item, "total", rate, order.number), ""
    if row.purpose == "shipping":
        item = rules.carriers.get(order.carrier.key, {}).get(rate, item)
    if not item:
        where = {"field": row.purpose, "rate": digits(rate), "order": order.number}
        raise NeedsSetup("fee-unknown", fee=line.name or row.purpose, amount=plain(line.gross), **where)
    return item, ""


def _product(line: OrderLine, rules: MappingRules, known: Collection[str], number: str) -> tuple[str, str]:
    if line.sku and line.sku in known:
        return line.sku, ""
    if rules.missing_product is MissingProduct.DEFAULT:
        return _chosen(rules.item("default", line.vat_rate), "default", line.vat_rate, number), ""
    if not line.sku:
        raise NeedsSetup("sku-missing", name=line.name, order=number)
    if rules.missing_product is MissingProduct.STOP:
        raise NeedsSetup("product-missing", sku=line.sku, name=line.name, rate=digits(line.vat_rate), order=number)
    return line.sku, _chosen(rules.groups.get(line.vat_rate, ""), "product_group", line.vat_rate, number)


def _chosen(choice: str, name: str, rate: Decimal, number: str) -> str:
    if not choice:
        raise NeedsSetup("choice-missing", field=name, rate=digits(rate), order=number)
    return choice
