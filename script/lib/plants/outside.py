"""Defects in what is said to, and read from, the shop and the books."""

from __future__ import annotations

from script.lib.plants.plant import Plant

READ, PARSE = "shops/adapters/shoporama/readings.py", "shops/adapters/shoporama/parse.py"
BOOKS = "accounting/providers/economic"

PLANTS = (
    Plant(
        "parked readings: an order that can mean two things gives both",
        READ,
        "return _distinct([reading for reading in agreeing if reading.is_incl] or agreeing)",
        "return _distinct([reading for reading in agreeing if reading.is_incl] or agreeing)[:1]",
        ["tests/shops/test_shoporama_doubts.py"],
    ),
    Plant(
        "parked readings: what is an øre off is never read",
        READ,
        "summed = [reading for reading in tried if not reading.off]",
        "summed = [reading for reading in tried if abs(reading.off) <= ORE]",
        ["tests/shops/test_shoporama_doubts.py", "tests/shops/test_shoporama_properties.py"],
    ),
    Plant(
        "parked readings: the stated VAT must agree",
        READ,
        "agreeing = summed if facts.vat is None else _agreeing(summed, facts.vat, order)",
        "agreeing = summed",
        ["tests/shops/test_shoporama_doubts.py"],
    ),
    Plant(
        "unread amount: money that no reading used stops",
        PARSE,
        "        left = unread(raw, facts, reading)\n        if left:",
        "        left = unread(raw, facts, reading)\n        if left and left[1] > 100:",
        ["tests/shops/test_shoporama_doubts.py"],
    ),
    Plant(
        "gift cards: what they paid is not paid by card",
        PARSE,
        "rest = max(reading.total - card, ZERO) if head.paid_at else ZERO",
        "rest = max(reading.total, ZERO) if head.paid_at else ZERO",
        ["tests/shops/test_shoporama_readings.py"],
    ),
    Plant(
        "countries: one that nobody knows stops",
        PARSE,
        "    if country is None:\n        raise NeedsSetup",
        "    if country == prefix:\n        raise NeedsSetup",
        ["tests/shops/test_shoporama_parse.py"],
    ),
    Plant(
        "sign: money received is negative unless seen otherwise",
        f"{BOOKS}/payload.py",
        '"amount": sign * paid.amount,',
        '"amount": paid.amount,',
        ["tests/accounting/test_economic_payload.py"],
    ),
    Plant(
        "sign: money received debits the posting account",
        f"{BOOKS}/signs.py",
        "    if moved == paid:",
        "    if moved == -paid:",
        ["tests/accounting/test_economic_corrections.py"],
    ),
    Plant(
        "closed period: a barred period is no open day",
        f"{BOOKS}/calendar.py",
        'return not period.get("isClosed") and not period.get("isBarred")',
        'return not period.get("isClosed")',
        ["tests/accounting/test_economic_connect.py", "tests/accounting/test_economic_refused.py"],
    ),
    Plant(
        "EAN: thirteen digits",
        "accounting/writing.py",
        "if number and not (len(number) == 13 and",
        "if number and not (len(number) >= 3 and",
        ["tests/accounting/test_economic_payload.py"],
    ),
    Plant(
        "lines: no rate is sent, the quantity is",
        f"{BOOKS}/payload.py",
        '"quantity": quantity,',
        '"quantity": Decimal(1),',
        ["tests/accounting/test_economic_payload.py"],
    ),
    Plant(
        "payments: one is found by its own mark",
        f"{BOOKS}/payload.py",
        'return f"{document.key}#{number}"',
        "return document.key",
        ["tests/accounting/test_economic_payload.py", "tests/accounting/test_economic_lookup.py"],
    ),
)
