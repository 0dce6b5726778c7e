"""Defects in the rules of VAT: treatment, dated rates, territories, numbers, zones."""

from __future__ import annotations

from script.lib.plants.plant import Plant

TREATMENT, TERRITORY = "connector/core/treatment.py", "connector/core/territory.py"
TESTS = ["tests/core/test_treatment.py"]

PLANTS = (
    Plant(
        "VAT: a business with a number pays none",
        TREATMENT,
        "    if sale.is_business:\n        return Treatment(Situation.EU_BUSINESS, Why.BUSINESS)",
        "    if sale.is_company:\n        return Treatment(Situation.EU_BUSINESS, Why.BUSINESS)",
        TESTS,
    ),
    Plant(
        "VAT: a consumer under the One Stop Shop pays the destination's",
        TREATMENT,
        "if sale.has_oss and sale.charged <= sale.place_rates:",
        "if sale.has_oss and sale.charged <= sale.home_rates:",
        TESTS,
    ),
    Plant(
        "VAT: home's VAT though the One Stop Shop is used stops",
        TREATMENT,
        "        raise _mismatch(sale, min(sale.charged))",
        "        return Treatment(Situation.DOMESTIC, Why.CONSUMER_HOME_VAT)",
        TESTS,
    ),
    Plant(
        "VAT: a rate that is nobody's stops",
        TREATMENT,
        "    if not sale.is_at_home_rates:",
        "    if not sale.is_at_home_rates and sale.has_oss:",
        TESTS,
    ),
    Plant(
        "VAT: no VAT to a consumer in the EU stops",
        TREATMENT,
        "    if sale.is_free_at_home:",
        "    if not sale.is_company:",
        TESTS,
    ),
    Plant(
        "VAT: no VAT outside the EU is abroad",
        TREATMENT,
        "return Treatment(Situation.ABROAD, Why.OUTSIDE)",
        "return Treatment(Situation.DOMESTIC, Why.OUTSIDE)",
        TESTS,
    ),
    Plant(
        "VAT: where the goods went decides",
        TREATMENT,
        "return order.destination if order.destination.country else order.buyer",
        "return order.buyer",
        TESTS,
    ),
    Plant(
        "VAT: goods that never carry VAT are all of the goods",
        TREATMENT,
        "return bool(goods) and all(sku in vat_free for sku in goods)",
        "return bool(goods) and any(sku in vat_free for sku in goods)",
        TESTS,
    ),
    Plant(
        "dated rates: the One Stop Shop begins on its day",
        TREATMENT,
        "rules.oss_from <= day",
        "rules.oss_from < day",
        TESTS,
    ),
    Plant(
        "dated rates: an earlier payment is the tax point",
        TREATMENT,
        "return min(day, order.paid_at.astimezone(SHOP_TIME).date()) if order.paid_at else day",
        "return day",
        TESTS,
    ),
    Plant(
        "dated rates: a rate ends on the day before the next",
        "connector/core/vat_rates.py",
        "self.until is None or day < self.until",
        "self.until is None or day <= self.until",
        ["tests/core/test_vat_rates.py"],
    ),
    Plant(
        "dated rates: Finland's standard rate",
        "connector/core/vat_rates.py",
        '("FI", STANDARD, "25.5", "2024-09-01", ""),',
        '("FI", STANDARD, "25", "2024-09-01", ""),',
        ["tests/core/test_vat_rates.py"],
    ),
    Plant(
        "territory: Greenland by its postcodes",
        TERRITORY,
        'Part("GL", "DK", r"39\\d\\d"),',
        'Part("GL", "DK", r"38\\d\\d"),',
        ["tests/core/test_territory.py"],
    ),
    Plant(
        "territory: Åland is outside the VAT area",
        TERRITORY,
        'Part("AX", "FI", r"22\\d{3}"),',
        'Part("FI", "FI", r"22\\d{3}"),',
        ["tests/core/test_territory.py"],
    ),
    Plant(
        "territory: Northern Ireland follows the EU for goods",
        TERRITORY,
        '    "XI",\n',
        '    "GB",\n',
        ["tests/core/test_territory.py"],
    ),
    Plant(
        "VAT numbers: Greece writes EL",
        "connector/core/vat_numbers.py",
        'PREFIXES = {"GR": "EL"}',
        'PREFIXES = {"GR": "GR"}',
        ["tests/core/test_vat_numbers.py"],
    ),
    Plant(
        "zones: one for each country of consumers",
        TREATMENT,
        'return f"zone_{situation}@{country}" if country else f"zone_{situation}"',
        'return f"zone_{situation}"',
        ["tests/core/test_zones.py", "tests/core/test_treatment.py"],
    ),
    Plant(
        "zones: a reason is stored with every document",
        "connector/core/mapping.py",
        "vat_reason=treatment.reason.value,",
        'vat_reason="home",',
        ["tests/core/test_zones.py"],
    ),
    Plant(
        "groups: an item whose group has another rate stops",
        TREATMENT,
        "if line.amount and books_rate is not None and",
        "if not line.amount and books_rate is not None and",
        ["tests/core/test_rate_conflicts.py"],
    ),
)
