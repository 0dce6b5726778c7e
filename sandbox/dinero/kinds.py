"""The two kinds of sales vouchers: how their bodies look, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass

from . import bodies
from .rules import Shape


@dataclass(frozen=True)
class Kind:
    """Invoices, or credit notes: the bodies that make and change one, and the title it has by itself."""

    is_credit: bool
    create: Shape
    update: Shape
    title: str


INVOICE = Kind(False, bodies.INVOICE, bodies.INVOICE_UPDATE, "Faktura")
CREDIT_NOTE = Kind(True, bodies.CREDIT_NOTE, bodies.CREDIT_NOTE_UPDATE, "Kreditnota")
