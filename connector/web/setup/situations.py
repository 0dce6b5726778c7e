"""The situations that VAT tells apart: what each means, which setting chooses its zone, and which rates meet there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from connector.core import vat_rates
from connector.core.document import Situation
from connector.core.rules import GiftCard, Layout, MissingProduct
from connector.core.territory import EU
from connector.core.treatment import zone_field
from connector.sync import rules
from connector.web.frame import format as written
from connector.web.frame.countries import country
from connector.web.setup.finance import Books

HOME_VAT, GREENLAND, EXCEPTIONS, SVALBARD = "home_vat", "greenland", "exceptions", "svalbard"
"""Situations without a zone of their own."""
PARTS_OF = {
    GREENLAND: frozenset({"GL", "FO"}),
    SVALBARD: frozenset({"SJ"}),
    EXCEPTIONS: frozenset({
        "AX", "IC", "EA", "FR-OM", "GR-69", "IT-CAMPIONE", "IT-LIVIGNO", "DE-HELGOLAND", "DE-BÜSINGEN", "XI",
    }),
}  # fmt: skip
"""The parts of countries (`territory.PARTS`) that a situation's words are about."""
AHEAD_DAYS = 366
"""How far ahead a new rate is told."""
NO_VAT = frozenset({Decimal(0)})
ONLY_WITH = {
    "gift_card": ("gift_card", GiftCard.LINE),
    "total": ("product_layout", Layout.TOTAL),
    "default": ("missing_product", MissingProduct.DEFAULT),
}
"""What an item is chosen for → the setting, and its value, without which no line has it."""


@dataclass(frozen=True)
class Kind:
    """A situation in words. `field` is the setting that chooses its zone, `follows` the situation whose zone it shares;
    `land` (ISO 3166) is the one whose VAT is charged, empty where none is."""

    id: str
    title: str
    meaning: str
    example: str
    field: str
    follows: str = ""
    land: str = ""


@dataclass(frozen=True)
class Meeting:
    """A product group, the rate that the shop charges on what is in it, and the rate that the books put on it in the
    zone; both in percent, `books` None where the group has no rate there."""

    group: str
    shop: Decimal
    books: Decimal | None

    @property
    def agrees(self) -> bool:
        return self.books == self.shop


def kinds(home: str, countries: Collection[str], day: date, oss_from: date | None) -> Iterator[Kind]:
    """The situations of a shop at `home`, in the page's order. `countries` are those of private persons who pay their
    own country's VAT."""
    is_oss = oss_from is not None and oss_from <= day
    yield Kind(
        Situation.DOMESTIC,
        _("%(home)s, private persons and businesses") % {"home": country(home)},
        _("The goods stay in the country, and the shop charges its usual VAT."),
        _("A T-shirt to a customer in %(home)s.") % {"home": country(home)},
        zone_field(Situation.DOMESTIC),
        land=home,
    )
    if home in EU:
        yield _eu_business()
        yield from (_eu_consumer(code, day) for code in sorted(countries, key=country))
    yield _home_vat(home, is_oss=is_oss)
    yield from _outside(home)


def _eu_business() -> Kind:
    return Kind(
        Situation.EU_BUSINESS,
        _("EU, business with a VAT number"),
        _("Sold without VAT to a well-formed VAT number of another EU country. Why stands on the invoice."),
        _("A shelf to a business in Germany with VAT number DE123456789."),
        zone_field(Situation.EU_BUSINESS),
    )


def _eu_consumer(code: str, day: date) -> Kind:
    rate = vat_rates.standard_rate(code, day)
    said = {"country": country(code), "rate": written.rate(rate)}
    return Kind(
        f"{Situation.EU_CONSUMER}-{code}",
        _("EU, private person (OSS): %(country)s") % said,
        _("Over the threshold, or by choice: the buyer pays the VAT of their own country."),
        _("A T-shirt to a private person in %(country)s, with %(rate)s VAT.") % said,
        zone_field(Situation.EU_CONSUMER, code),
        land=code,
    )


def _home_vat(home: str, *, is_oss: bool) -> Kind:
    said = {"home": country(home)}
    if is_oss or home not in EU:
        title = _("Other countries, with VAT as in %(home)s") % said
        meaning = _("The shop charged its usual VAT though the goods went abroad, to a business or out of the EU.")
    else:
        title = _("EU, private person, under the threshold for One Stop Shop")
        meaning = _(
            "VAT as in %(home)s, while all you sell to private persons in other EU countries comes to at most "
            "10,000 euro a year. So too where the shop charged VAT to a business or out of the EU."
        )
    example = _("A T-shirt to a private person in Sweden, with VAT as in %(home)s.")
    if is_oss or home not in EU:
        example = _("A T-shirt to a customer in Switzerland, with VAT as in %(home)s.")
    return Kind(
        HOME_VAT, title, meaning % said, example % said, zone_field(Situation.DOMESTIC), Situation.DOMESTIC, home
    )


def _outside(home: str) -> Iterator[Kind]:
    field = zone_field(Situation.ABROAD)
    if home not in EU:
        meaning = _("The goods leave the country, and the shop charged no VAT.")
        yield Kind(Situation.ABROAD, _("Abroad"), meaning, _("A T-shirt to a customer in Denmark."), field)
        if home == "NO":
            meaning = _("Outside the VAT area. We know them by their postcodes.")
            yield Kind(
                SVALBARD,
                _("Svalbard and Jan Mayen"),
                meaning,
                _("A T-shirt to 9170 Longyearbyen."),
                field,
                Situation.ABROAD,
            )
        return
    meaning = _("The goods leave the EU's VAT area, and the shop charged no VAT.")
    yield Kind(Situation.ABROAD, _("Outside the EU"), meaning, _("A T-shirt to a customer in Norway."), field)
    meaning = _("Outside the EU, also where the address says Denmark: we know them by their postcodes.")
    example = _("A T-shirt to 3900 Nuuk, or to 100 Tórshavn.")
    yield Kind(GREENLAND, _("Greenland and the Faroes"), meaning, example, field, Situation.ABROAD)
    meaning = _(
        "Outside the EU's VAT area, known by postcode: also Ceuta and Melilla, the French overseas departments, "
        "Mount Athos, Campione, Livigno, Heligoland and Büsingen. Monaco counts as France, Northern Ireland as the EU."
    )
    example = _("A T-shirt to 22100 Mariehamn, or to Las Palmas.")
    yield Kind(
        EXCEPTIONS, _("Åland, the Canary Islands and other exceptions"), meaning, example, field, Situation.ABROAD
    )


# --- rates ------------------------------------------------------------------------------------------------------------
def meetings(kind: Kind, zone: str, values: Mapping[str, str], books: Books, home: str, day: date) -> list[Meeting]:
    """What the shop charges there today and what the books will: of every product group that the settings choose.

    Goods stay in the group of their rate at home, wherever they are sold; shipping and fees have an item for each
    rate. Empty where the books cannot tell, or no group is chosen.
    """
    labels = books.choices.labels("groups")
    expected = dict.fromkeys(_expected(kind, values, books, home, day))
    rates = books.choices.rates
    return [
        Meeting(labels.get(group, group), charged, _books_rate(rates[group], zone))
        for group, charged in expected
        if group in rates
    ]


def _books_rate(zones: Mapping[str, str], zone: str) -> Decimal | None:
    return Decimal(zones[zone]) if zone in zones else None


def _expected(
    kind: Kind, values: Mapping[str, str], books: Books, home: str, day: date
) -> Iterator[tuple[str, Decimal]]:
    """(product group, the rate that the shop charges on what is in it)."""
    in_use = rules.rates(values)
    charged = charged_rates(kind, values, day)
    for rate in in_use:
        if rate in charged:
            yield from ((group, rate) for group in _groups(rate, values, books) if group)
    usual = vat_rates.standard_rate(kind.land, day) if kind.land and kind.land != home else Decimal(0)
    at_home = vat_rates.rates(home, day) or frozenset(in_use)
    if kind.land != home and usual is not None:
        goods = (values.get(f"product_group{rules.PER_RATE}{rate}", "") for rate in in_use if rate and rate in at_home)
        yield from ((group, usual) for group in goods if group)


def _groups(rate: Decimal, values: Mapping[str, str], books: Books) -> Iterator[str]:
    """The groups of what is made, or chosen, for one rate."""
    yield values.get(f"product_group{rules.PER_RATE}{rate}", "")
    # The hint of an item is its group wherever rates go by groups.
    groups = {item.value: item.hint for item in books.choices.lists.get("items", ())}
    for name in rules.ITEMS:
        setting, wanted = ONLY_WITH.get(name, ("", ""))
        if values.get(setting, "") == wanted:
            yield groups.get(values.get(f"{name}{rules.PER_RATE}{rate}", ""), "")


def charged_rates(kind: Kind, values: Mapping[str, str], day: date) -> frozenset[Decimal]:
    """The rates that the shop charges there on this day, as far as the settings and the table of rates know."""
    if not kind.land:
        return NO_VAT
    known = vat_rates.rates(kind.land, day)
    if kind.id.startswith(Situation.EU_CONSUMER):
        return known
    in_use = frozenset(rules.rates(values))
    return (in_use & (known | NO_VAT)) if known else in_use
