"""Defects in the rules of credit notes: what is left, shares, whom a note waits for, what is done with the money."""

from __future__ import annotations

from script.lib.plants.plant import Plant

CREDIT, STEPS = "connector/core/credit.py", "connector/core/credit_steps.py"
PLAN, SHOP = "connector/core/credit_plan.py", "connector/core/shop_credit.py"
OF_NOTES, OF_PLAN, OF_SHOP = (f"tests/core/test_credit{name}.py" for name in ("", "_plan", "_shop"))

PLANTS = (
    Plant(
        "credit: shares are cumulative",
        CREDIT,
        "for part in (gone + quantity, gone))",
        "for part in (quantity, Decimal(0)))",
        [OF_NOTES],
    ),
    Plant(
        "credit: no more of a line than is left",
        CREDIT,
        "if not 0 < quantity <= left:",
        "if not 0 < quantity <= entry.quantity:",
        [OF_NOTES],
    ),
    Plant(
        "credit: no amount above what is left at its rate",
        CREDIT,
        "if not 0 < gross <= self.gross_at(rate):",
        "if not 0 < gross <= self.gross:",
        [OF_NOTES],
    ),
    Plant(
        "credit: a discount's share is less what was credited of it before",
        CREDIT,
        "share = rounded(entry.amount * min(gone, sold) / sold) - was",
        "share = rounded(entry.amount * min(gone, sold) / sold)",
        [OF_NOTES],
    ),
    Plant(
        "credit: a discount on goods is none on shipping",
        CREDIT,
        "return sold if entry.purpose == GIFT_CARD or not goods else goods",
        "return sold",
        [OF_NOTES],
    ),
    Plant(
        "credit: VAT of the notes is the VAT of the invoice",
        STEPS,
        "if self._is_possible(tried, group) and is_enough(tried):",
        "if self._is_possible(tried, group):",
        [OF_NOTES],
    ),
    Plant(
        "credit: a note never overtakes its invoice",
        PLAN,
        "if waiting := _without_invoice(facts, credit):",
        "if (waiting := _without_invoice(facts, credit)) and credit.is_whole:",
        [OF_PLAN],
    ),
    Plant(
        "credit: a note waits no longer than its deadline",
        PLAN,
        "if credit.waits_until and facts.now >= credit.waits_until:",
        "if credit.waits_until and facts.now > credit.waits_until:",
        [OF_PLAN],
    ),
    Plant(
        "credit: a note is set off once",
        PLAN,
        "if owed > 0 and not has_matched and credit.matches:",
        "if owed > 0 and credit.matches:",
        [OF_PLAN],
    ),
    Plant(
        "credit: no more is set off than is open on both",
        PLAN,
        "plain(min(owed, still_open))",
        "plain(still_open)",
        [OF_PLAN],
    ),
    Plant(
        "credit: what the owner leaves open is not registered",
        PLAN,
        "if not credit.registers:",
        "if not credit.registers and document.payments:",
        [OF_PLAN],
    ),
    Plant(
        "credit: a shop's credit is never above what is left",
        SHOP,
        "if above > allowed:",
        "if above > allowed * 100:",
        [OF_SHOP],
    ),
    Plant(
        "credit: a shop's own amount counts",
        SHOP,
        "if wished and figures(wished.lines, remainder.reading).gross == sale.total.amount:",
        "if wished:",
        [OF_SHOP],
    ),
)
