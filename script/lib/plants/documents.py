"""Defects in the rules of documents: rows, items, customers, settlement, comparison, limits."""

from __future__ import annotations

from script.lib.plants.plant import Plant

ROWS, MAPPING = "connector/core/rows.py", "connector/core/mapping.py"
CUSTOMERS, SETTLEMENT = "connector/core/customers.py", "connector/core/settlement.py"

PLANTS = (
    Plant(
        "control sum: lines that are not what was charged stop",
        ROWS,
        "    if lines != charged:",
        "    if lines > charged:",
        ["tests/core/test_rows.py"],
    ),
    Plant(
        "rates: one that is not in use stops",
        ROWS,
        "    if line.vat_rate not in rules.rates:",
        "    if line.gross and line.vat_rate not in rules.rates:",
        ["tests/core/test_rows.py"],
    ),
    Plant(
        "discounts: spread over the goods, not over everything",
        ROWS,
        "return _shared(line, goods or order.lines, order.number)",
        "return _shared(line, order.lines, order.number)",
        ["tests/core/test_rows.py"],
    ),
    Plant(
        "gift card: as a line it pays no more",
        SETTLEMENT,
        "return rules.gift_card is GiftCard.LINE and payment.kind is PaymentKind.GIFT_CARD",
        "return False",
        ["tests/core/test_rows.py", "tests/core/test_settlement.py"],
    ),
    Plant(
        "fee mapping: an unmapped fee stops",
        MAPPING,
        '    if not item:\n        where = {"field": row.purpose',
        '    if not item and line.gross > 50:\n        where = {"field": row.purpose',
        ["tests/core/test_mapping.py"],
    ),
    Plant(
        "fee mapping: an item for each VAT rate",
        "connector/core/rules.py",
        'return self.items.get(purpose, {}).get(rate, "")',
        'return next(iter(self.items.get(purpose, {}).values()), "")',
        ["tests/core/test_mapping.py"],
    ),
    Plant(
        "fee mapping: a way of sending has its own item",
        MAPPING,
        "item = rules.carriers.get(order.carrier.key, {}).get(rate, item)",
        "item = rules.carriers.get(order.carrier.key, {}).get(Decimal(25), item)",
        ["tests/core/test_baskets_with_settings.py"],
    ),
    Plant(
        "products: an unknown one stops unless something else is chosen",
        MAPPING,
        "    if rules.missing_product is MissingProduct.STOP:",
        "    if rules.missing_product is MissingProduct.DEFAULT:",
        ["tests/core/test_mapping.py"],
    ),
    Plant(
        "customers: an e-mail in any letter case is one key",
        "connector/core/order.py",
        "return self.email.strip().casefold()",
        "return self.email.strip()",
        ["tests/core/test_mapping.py", "tests/core/test_customers.py"],
    ),
    Plant(
        "customers: a company is its number",
        CUSTOMERS,
        "    if buyer.company and (number := company_number(",
        "    if not buyer.email and (number := company_number(",
        ["tests/core/test_customers.py"],
    ),
    Plant(
        "customers: without e-mail, name, postcode and phone must all be there",
        CUSTOMERS,
        "[:LONGEST_KEY] if all(parts) else",
        "[:LONGEST_KEY] if any(parts) else",
        ["tests/core/test_customers.py"],
    ),
    Plant(
        "several matches: a company with another number is somebody else",
        CUSTOMERS,
        "return exact or [match for match in usable if not theirs[match.number]]",
        "return exact or usable",
        ["tests/core/test_customers.py"],
    ),
    Plant(
        "several matches: a barred one does not make it doubtful",
        CUSTOMERS,
        "[match for match in matches if not match.is_barred] or list(matches)",
        "list(matches)",
        ["tests/core/test_customers.py"],
    ),
    Plant(
        "methods: a new one waits for its account",
        SETTLEMENT,
        "        if method.key in rules.new_methods:",
        "        if order.paid_at and method.key in rules.new_methods:",
        ["tests/core/test_settlement.py"],
    ),
    Plant(
        "methods: what is left open registers no payment",
        SETTLEMENT,
        "    if choice == OPEN:\n        return None",
        "    if choice == OPEN:\n        return payment",
        ["tests/core/test_settlement.py"],
    ),
    Plant(
        "settlement term: only for what one payment paid in full",
        SETTLEMENT,
        "or paid[0].amount != order.total.amount:",
        "or not paid[0].amount:",
        ["tests/core/test_settlement.py"],
    ),
    Plant(
        "draft compare: the VAT is compared",
        MAPPING,
        '("vat", plain(document.vat), plain(figures.vat)),',
        '("vat", plain(figures.vat), plain(figures.vat)),',
        ["tests/core/test_compare.py"],
    ),
    Plant(
        "draft compare: the zone is compared",
        MAPPING,
        '("zone", zone, zone if figures.zone is None else figures.zone),',
        '("zone", zone, zone),',
        ["tests/core/test_compare.py"],
    ),
    Plant(
        "learning: readings that ask for different lines are not chosen from",
        MAPPING,
        "if not made or any(lines != made[0] for lines in made):",
        "if not made:",
        ["tests/core/test_corrected.py"],
    ),
    Plant(
        "closed period: the true date is on the document",
        "connector/core/dating.py",
        "return replace(document, date=opening, true_date=document.date, note=note)",
        "return replace(document, date=opening, true_date=document.date)",
        ["tests/sync/test_closed_periods.py::test_a_closed_period_moves_the_document_and_says_the_true_date"],
    ),
    Plant(
        "limits: too many lines are refused beforehand",
        "connector/core/capabilities.py",
        "if len(document.lines) > self.max_lines:",
        "if len(document.lines) > self.max_lines + 1:",
        ["tests/core/test_capabilities.py"],
    ),
    Plant(
        "limits: a text that names something is never cut",
        "accounting/writing.py",
        "    if cut(clean, most) != clean:\n        raise NeedsSetup",
        "    if not clean:\n        raise NeedsSetup",
        ["tests/accounting/test_economic_payload.py"],
    ),
    Plant(
        "currencies: one that the books cannot hold stops",
        "connector/core/capabilities.py",
        "if document.currency != base_currency and not self.foreign_currency:",
        "if document.currency == base_currency and not self.foreign_currency:",
        ["tests/core/test_capabilities.py"],
    ),
)
