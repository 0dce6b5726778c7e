"""Reasons about VAT: a zone or an account that is missing, and rates that do not agree."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from connector.web.frame.catalogue.reason import YOU, Reason

REASONS = (
    Reason(
        "vat-mismatch",
        YOU,
        _("The VAT on order %(order)s does not agree"),
        cause=(
            _(
                "The shop charged %(shop_rate)s on “%(name)s”, "
                "but account %(account)s in %(provider)s gives %(books_rate)s."
            ),
        ),
        fix=(_("Correct the VAT zone or the account."),),
        page="finance-vat",
        anchor="zones",
    ),
    Reason(
        "vat-rate-missing",
        YOU,
        _("%(provider)s has no %(rate)s VAT for %(country)s"),
        cause=(_("Order %(order)s was sold at that rate."),),
        fix=(_("Create the VAT code in %(provider)s and press “Fetch again”."),),
        page="finance-vat",
        anchor="zones",
    ),
    Reason(
        "vat-rate-not-chosen",
        YOU,
        _("The settings lack the VAT rate %(rate)s"),
        cause=(_("Order %(order)s was sold at that rate."),),
        fix=(
            _("Write it in the field “VAT rates in the shop”, or correct the order in the shop."),
            _("If %(provider)s has no VAT code for it, create that first."),
        ),
        page="finance",
        anchor="products",
    ),
    Reason(
        "vat-zone-missing",
        YOU,
        _("There is no VAT zone for %(situation)s"),
        cause=(_("Without one, %(provider)s cannot work out the VAT."),),
        fix=(_("Choose a zone."),),
        page="finance-vat",
        anchor="zones",
    ),
    Reason(
        "vat-item-off",
        YOU,
        _("The VAT on order %(order)s does not agree"),
        cause=(
            _(
                "The shop charged %(shop_rate)s on “%(name)s”, but product %(item)s is in the product group "
                "%(group)s, which gives %(books_rate)s in %(provider)s."
            ),
        ),
        fix=(_("Correct it in %(provider)s and press “Fetch again”, or choose another product here."),),
        page="finance",
        anchor="products",
    ),
    Reason(
        "vat-account-off",
        YOU,
        _("The VAT on order %(order)s does not agree"),
        cause=(
            _(
                "The shop charged %(shop_rate)s on “%(name)s”, "
                "but account %(account)s in %(provider)s gives %(books_rate)s."
            ),
        ),
        fix=(_("Choose another account, or correct its VAT code in %(provider)s and press “Fetch again”."),),
        page="finance-vat",
        anchor="zones",
    ),
    Reason(
        "sales-account-missing",
        YOU,
        _("%(field)s: not chosen yet"),
        cause=(_("In %(provider)s, the VAT follows the account that a sale is booked on."),),
        fix=(_("Choose an account."),),
        page="finance-vat",
        anchor="zones",
    ),
    Reason(
        "sales-country-account-missing",
        YOU,
        _("There is no account for sales to private persons in %(country)s"),
        cause=(_("In %(provider)s, the VAT follows the account that a sale is booked on."),),
        fix=(_("Create the account in %(provider)s with the country's VAT, press “Fetch again”, and choose it."),),
        page="finance-vat",
        anchor="zones",
    ),
    Reason(
        "vat-country-off",
        YOU,
        _("The VAT on order %(order)s does not agree"),
        cause=(
            _(
                "The shop charged %(shop_rate)s on a sale to a private person in %(country)s, "
                "where we expected %(books_rate)s."
            ),
        ),
        fix=(_("Correct the VAT in the shop, or the date from which you use One Stop Shop."),),
        page="finance-vat",
        anchor="oss",
    ),
    Reason(
        "vat-country-zone-missing",
        YOU,
        _("There is no VAT zone for sales to private persons in %(country)s"),
        cause=(_("Without one, %(provider)s cannot work out the VAT."),),
        fix=(_("Create the zone in %(provider)s, press “Fetch again”, and choose it."),),
        page="finance-vat",
        anchor="zones",
    ),
)
