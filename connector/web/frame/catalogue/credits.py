"""Reasons about a credit note: what it credits, what is left of it, and the money."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from connector.web.frame.catalogue.reason import NOT_MEANT, NOTICE, WAITING, YOU, Reason

REASONS = (
    Reason(
        "credit-original-unknown",
        YOU,
        _("We do not know which order the credit note is for"),
        cause=(_("Credit %(order)s in the shop names no order that we have booked."),),
        fix=(_("Choose the order, or credit without an original."),),
        page="order",
        goes_on=False,
    ),
    Reason(
        "invoice-first",
        WAITING,
        _("The credit note waits for its invoice"),
        cause=(_("The invoice for order %(order)s is not booked yet."), _("The note follows by itself.")),
        fix=(),
        page="order",
    ),
    Reason(
        "invoice-late",
        YOU,
        _("The credit note has waited 14 days for its invoice"),
        cause=(_("The invoice for order %(order)s is still not booked."),),
        fix=(
            _("See what holds the order; once it is booked, the note follows by itself."),
            _("Or mark the credit note as settled by hand."),
        ),
        page="order",
        goes_on=False,
    ),
    Reason(
        "credited-before-booking",
        NOT_MEANT,
        _("The whole order was credited before it was booked"),
        cause=(_("So nothing of order %(order)s goes to the books, neither an invoice nor a credit note."),),
        fix=(),
        page="order",
    ),
    Reason(
        "credit-empty",
        YOU,
        _("Nothing is chosen for the credit note"),
        cause=(_("A credit note needs a quantity or an amount above zero."),),
        fix=(_("Write how many of a product you credit, or an amount."),),
        page="order-credit",
        goes_on=False,
    ),
    Reason(
        "credit-above-remainder",
        YOU,
        _("At most %(remainder)s can be credited"),
        cause=(_("Invoice %(invoice)s is %(total)s, of which %(credited)s was credited before."),),
        fix=(_("Lower the quantity."),),
        page="order-credit",
        goes_on=False,
    ),
    Reason(
        "refund-without-note",
        YOU,
        _("%(amount)s was refunded without a credit note"),
        cause=(_("The money for order %(order)s went back on %(date)s, but the books have no voucher for it."),),
        fix=(_("Make the credit note."),),
        page="order-credit",
        goes_on=False,
    ),
    Reason(
        "note-without-refund",
        NOTICE,
        _("We have not seen a refund for credit note %(note)s"),
        cause=(_("The note is booked, but it is only the documentation."),),
        fix=(_("Refund %(amount)s in %(gateway)s unless you already have."),),
        page="credit-note",
        goes_on=False,
    ),
)
