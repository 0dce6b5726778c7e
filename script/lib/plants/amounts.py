"""Defects in the rules of amounts: exactness, rounding, its readings."""

from __future__ import annotations

from script.lib.plants.plant import Plant

EXACT, READINGS = "connector/core/exact.py", "connector/core/readings.py"

PLANTS = (
    Plant(
        "rounding: a gap is closed from whichever side changes the VAT least",
        EXACT,
        "return abs(rounding), vat_off, -sum(",
        "return abs(rounding), -vat_off, -sum(",
        ["tests/core/test_exact.py", "tests/core/test_baskets.py"],
    ),
    Plant(
        "øre line: one øre, and no more",
        EXACT,
        "for gaps in ((ZERO,), (ORE, -ORE)):",
        "for gaps in ((ORE * 2, -ORE * 2), (ORE, -ORE)):",
        ["tests/core/test_exact.py"],
    ),
    Plant(
        "øre line: only where no net reaches the total",
        EXACT,
        "for gaps in ((ZERO,), (ORE, -ORE)):",
        "for gaps in ((ORE, -ORE), (ZERO,)):",
        ["tests/core/test_exact.py"],
    ),
    Plant(
        "rounding: a half øre goes up",
        "connector/core/money.py",
        "HALF_UP = ROUND_HALF_UP",
        "HALF_UP = ROUND_HALF_EVEN",
        ["tests/core/test_money.py", "tests/core/test_exact.py"],
    ),
    Plant(
        "rounding: a line's sign never changes",
        "connector/core/paths.py",
        "for step, net in nets.items() if net * charge.gross >= 0}",
        "for step, net in nets.items()}",
        ["tests/core/test_exact.py"],
    ),
    Plant(
        "rounding: VAT on each line is not VAT on the total",
        READINGS,
        "amounts if reading.level == LINE else [total(amounts)]",
        "amounts if reading.level == TOTAL else [total(amounts)]",
        ["tests/core/test_readings.py"],
    ),
    Plant(
        "rounding: the two modes are two",
        READINGS,
        'MODES = {"half-up": HALF_UP, "half-even": HALF_EVEN}',
        'MODES = {"half-up": HALF_UP, "half-even": HALF_UP}',
        ["tests/core/test_readings.py"],
    ),
    Plant(
        "rounding: a reading must explain the VAT too",
        READINGS,
        "if (made.gross, made.vat) == (gross, vat))",
        "if made.gross == gross)",
        ["tests/core/test_readings.py", "tests/core/test_plan_learning.py"],
    ),
    Plant(
        "sharing: the øre left over go to the largest remainders",
        "connector/core/money.py",
        "key=lambda index: (-abs(exact[index] - parts[index]), index))",
        "key=lambda index: (abs(exact[index] - parts[index]), index))",
        ["tests/core/test_money.py", "tests/core/test_baskets_with_settings.py"],
    ),
    Plant(
        "VAT on the øre: the VAT is what is left of the gross",
        "connector/core/vat.py",
        "return Taxed(net, gross - net)",
        "return Taxed(net, vat_of(net, rate))",
        ["tests/core/test_vat.py"],
    ),
)
