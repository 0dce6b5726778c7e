"""The situations that VAT tells apart: what each means, and which setting chooses its zone or account."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from connector.core import vat_rates
from connector.core.document import Situation
from connector.core.money import digits
from connector.core.territory import EU
from connector.sync import rules
from connector.web.frame import format as written
from connector.web.frame.countries import country
from connector.web.setup.vat_way import VatWay

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


@dataclass(frozen=True)
class Kind:
    """A situation in words. `fields` are the settings that choose its zone or account, several where it shares those of
    `follows`, which have one for each VAT rate; `land` (ISO 3166) is the one whose VAT is charged, empty where none is.
    """

    id: str
    title: str
    meaning: str
    example: str
    fields: Sequence[str]
    follows: str = ""
    land: str = ""

    @property
    def situation(self) -> str:
        """Without the country or the VAT rate."""
        return self.id.partition("-")[0]

    @staticmethod
    def rate_of(field: str) -> Decimal | None:
        """The VAT rate in percent that a setting is for; None where it is for all of them."""
        return Decimal(field.partition(rules.PER_RATE)[2]) if rules.is_per_rate(field) else None


@dataclass(frozen=True)
class Home:
    """Where a shop is at home. `fields` are the settings that choose what its sales there get, `way` how they do."""

    country: str
    fields: Sequence[str]
    way: VatWay


def kinds(home: Home, countries: Collection[str], day: date, oss_from: date | None) -> Iterator[Kind]:
    """The situations of a shop, in the page's order. `countries` are those of private persons who pay their own
    country's VAT."""
    is_oss = oss_from is not None and oss_from <= day
    yield from (_domestic(home, field) for field in home.fields)
    if home.country in EU:
        yield _eu_business(home.way)
        yield from (_eu_consumer(code, day, home.way) for code in sorted(countries, key=country))
    yield _home_vat(home, is_oss=is_oss)
    yield from _outside(home.country, home.way.field(Situation.ABROAD))


def _domestic(home: Home, field: str) -> Kind:
    said, rate = {"home": country(home.country)}, Kind.rate_of(field)
    title = _("%(home)s, private persons and businesses") % said
    meaning = _("The goods stay in the country, and the shop charges its usual VAT.")
    example = _("A T-shirt to a customer in %(home)s.") % said
    if rate is None:
        return Kind(Situation.DOMESTIC, title, meaning, example, (field,), land=home.country)
    if not rate:
        meaning = _("The goods stay in the country and carry no VAT there.")
        example = _("A gift card to a customer in %(home)s, where VAT is due when it is used.") % said
    title = _("%(home)s, private persons and businesses: %(rate)s VAT") % {**said, "rate": written.rate(rate)}
    return Kind(f"{Situation.DOMESTIC}-{digits(rate)}", title, meaning, example, (field,), land=home.country)


def _eu_business(way: VatWay) -> Kind:
    return Kind(
        Situation.EU_BUSINESS,
        _("EU, business with a VAT number"),
        _("Sold without VAT to a well-formed VAT number of another EU country. Why stands on the invoice."),
        _("A shelf to a business in Germany with VAT number DE123456789."),
        (way.field(Situation.EU_BUSINESS),),
    )


def _eu_consumer(code: str, day: date, way: VatWay) -> Kind:
    rate = vat_rates.standard_rate(code, day)
    said = {"country": country(code), "rate": written.rate(rate)}
    return Kind(
        f"{Situation.EU_CONSUMER}-{code}",
        _("EU, private person (OSS): %(country)s") % said,
        _("Over the threshold, or by choice: the buyer pays the VAT of their own country."),
        _("A T-shirt to a private person in %(country)s, with %(rate)s VAT.") % said,
        (way.field(Situation.EU_CONSUMER, code),),
        land=code,
    )


def _home_vat(home: Home, *, is_oss: bool) -> Kind:
    said, is_within = {"home": country(home.country)}, home.country in EU
    if is_oss or not is_within:
        title = _("Other countries, with VAT as in %(home)s") % said
        meaning = _("The shop charged its usual VAT though the goods went abroad, to a business or out of the EU.")
    else:
        title = _("EU, private person, under the threshold for One Stop Shop")
        meaning = _(
            "VAT as in %(home)s, while all you sell to private persons in other EU countries comes to at most "
            "10,000 euro a year. So too where the shop charged VAT to a business or out of the EU."
        )
    example = _("A T-shirt to a private person in Sweden, with VAT as in %(home)s.")
    if is_oss or not is_within:
        example = _("A T-shirt to a customer in Switzerland, with VAT as in %(home)s.")
    return Kind(
        HOME_VAT, title, meaning % said, example % said, tuple(home.fields), Situation.DOMESTIC, land=home.country
    )


def _outside(home: str, field: str) -> Iterator[Kind]:
    if home not in EU:
        meaning = _("The goods leave the country, and the shop charged no VAT.")
        yield Kind(Situation.ABROAD, _("Abroad"), meaning, _("A T-shirt to a customer in Denmark."), (field,))
        if home == "NO":
            meaning = _("Outside the VAT area. We know them by their postcodes.")
            yield Kind(
                SVALBARD,
                _("Svalbard and Jan Mayen"),
                meaning,
                _("A T-shirt to 9170 Longyearbyen."),
                (field,),
                Situation.ABROAD,
            )
        return
    meaning = _("The goods leave the EU's VAT area, and the shop charged no VAT.")
    yield Kind(Situation.ABROAD, _("Outside the EU"), meaning, _("A T-shirt to a customer in Norway."), (field,))
    meaning = _("Outside the EU, also where the address says Denmark: we know them by their postcodes.")
    example = _("A T-shirt to 3900 Nuuk, or to 100 Tórshavn.")
    yield Kind(GREENLAND, _("Greenland and the Faroes"), meaning, example, (field,), Situation.ABROAD)
    meaning = _(
        "Outside the EU's VAT area, known by postcode: also Ceuta and Melilla, the French overseas departments, "
        "Mount Athos, Campione, Livigno, Heligoland and Büsingen. Monaco counts as France, Northern Ireland as the EU."
    )
    example = _("A T-shirt to 22100 Mariehamn, or to Las Palmas.")
    yield Kind(
        EXCEPTIONS, _("Åland, the Canary Islands and other exceptions"), meaning, example, (field,), Situation.ABROAD
    )
