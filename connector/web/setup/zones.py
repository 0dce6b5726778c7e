"""The VAT zones on the page Økonomisystem: chosen there at first, told in short once they have a page of their own."""

from __future__ import annotations

from collections.abc import Mapping

from accounting.base import AccountingProvider, Choices, SettingField
from connector.sync import rules
from connector.web.frame import format as written
from connector.web.frame.countries import country
from connector.web.frame.words import SITUATIONS

ZONES = "zones"
"""What a provider calls the list that zones are chosen from."""
BEGINNING = "zone_"
"""What the settings' names begin with; the situation follows."""


def zone_settings(provider: type[AccountingProvider]) -> list[SettingField]:
    """The provider's settings that choose a zone; none where VAT follows from something else."""
    return [setting for setting in provider.setting_fields if setting.choices == ZONES]


def chosen(provider: type[AccountingProvider], choices: Choices, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """(kind of sale, its zone) in the provider's order, one for each country that has a zone of its own."""
    known = choices.labels(ZONES)
    found = []
    for setting in zone_settings(provider):
        words = str(SITUATIONS.get(setting.name.removeprefix(BEGINNING), setting.name))
        if not setting.per_country:
            number = values.get(setting.name, "")
            found.append((words, known.get(number, number) or written.NOTHING))
            continue
        prefix = f"{setting.name}{rules.PER_COUNTRY}"
        own = {name.removeprefix(prefix): zone for name, zone in values.items() if name.startswith(prefix) and zone}
        found += [(f"{words}: {country(code)}", known.get(own[code], own[code])) for code in sorted(own, key=country)]
    return found
