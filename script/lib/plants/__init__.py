"""A defect for each rule of the product."""

from __future__ import annotations

from script.lib.plants import amounts, credits, documents, engine, outside, plan, vat
from script.lib.plants.plant import Plant

PLANTS: tuple[Plant, ...] = (
    *amounts.PLANTS,
    *vat.PLANTS,
    *documents.PLANTS,
    *credits.PLANTS,
    *plan.PLANTS,
    *engine.PLANTS,
    *outside.PLANTS,
)
"""Each by a rule's name of its own."""
