"""Books that sell by account and renew nothing, for the tests of the pages: no page knows which system it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from accounting.base import IS_BANK, Call, Choices, Finding, Keys, Option, Receipt, SettingField, Write
from accounting.providers.economic.provider import Economic
from connector.core.capabilities import ProviderCapabilities
from connector.core.errors import OutcomeUnknown, Stop
from connector.core.readings import GROSS_READINGS
from connector.lib.http import Transport
from connector.web.setup.labels import REVENUE_ACCOUNTS

SOLD_ON = {"1000": "25", "1010": "0", "1050": "0", "1100": "0", "1310": "25.5", "1350": "25"}
NAMES = {
    "1000": "Salg af varer m/moms",
    "1010": "Salg af varer uden moms",
    "1050": "Salg af varer til EU",
    "1100": "Salg af varer uden for EU",
    "1310": "Salg OSS Finland",
    "1350": "Salg af fragt m/moms",
}


class ByAccount(Economic):
    """One set of books whose deposit accounts are `kept`; `lost` is what the next creation meets, before or after."""

    name = "by-account"
    label = "Kassebogen"
    capabilities = ProviderCapabilities(books_drafts=True, settles=True, max_lines=500, max_item_number=9)
    readings = GROSS_READINGS
    sells_by_account = True
    checks_payments = False
    prerequisites = ("pro-plan", "owner-sign-in")
    company_word = "organisation"
    proposed_account = "55020"
    setting_fields: Sequence[SettingField] = (  # type: ignore[assignment]
        SettingField("sales_domestic", REVENUE_ACCOUNTS, per_rate=True),
        SettingField("sales_eu_business", REVENUE_ACCOUNTS, required_when="never"),
        SettingField("sales_eu_consumer", REVENUE_ACCOUNTS, per_country=True, required_when="never"),
        SettingField("sales_abroad", REVENUE_ACCOUNTS, required_when="never"),
        SettingField("shipping", REVENUE_ACCOUNTS, per_rate=True, required_when="never"),
        SettingField("fee", REVENUE_ACCOUNTS, per_rate=True, required_when="never"),
        SettingField("account", "accounts", required_when="settle"),
        SettingField("gift_card_account", "accounts", required_when="gift_card_payment"),
    )
    kept: dict[str, str] = {}
    sent: list[str] = []
    lost: str = ""
    refused: Stop | None = None

    @classmethod
    def build(cls, config: Mapping[str, str], keys: Keys, kept: Mapping[str, Any], transport: Transport) -> Self:
        return cls.__new__(cls)

    @classmethod
    def new(cls, **accounts: str) -> None:
        """Begin anew with these deposit accounts, number → name."""
        cls.kept, cls.sent, cls.lost, cls.refused = accounts, [], "", None

    def choices(self) -> Choices:
        return choices(self.kept)

    def check(self, settings: Mapping[str, str], today: Any = None) -> list[Finding]:
        return []

    def account_call(self, number: str, name: str) -> Call:
        return Call(Write.ACCOUNT, "POST", "books", "/accounts", b"", {"number": number, "name": name})

    def look(self, call: Call) -> list[Receipt]:
        number = call.about["number"]
        return [Receipt(number, more={"name": self.kept[number]})] if number in self.kept else []

    def send(self, call: Call, key: str) -> Receipt:
        made = type(self)
        made.sent.append(call.about["number"])
        if made.refused:
            raise made.refused
        if made.lost != "before":
            made.kept[call.about["number"]] = call.about["name"]
        if made.lost:
            raise OutcomeUnknown(detail="no answer")
        return Receipt(call.about["number"])

    @property
    def budget(self) -> None:
        return None


def choices(accounts: Mapping[str, str]) -> Choices:
    """What such books offer: a bank is called so, and says so itself where it has a registration number."""
    sold_on = [Option(number, f"{number} {NAMES[number]}", rate) for number, rate in SOLD_ON.items()]
    deposits = [Option(number, f"{number} {name}", _hint(name)) for number, name in accounts.items()]
    lists = {REVENUE_ACCOUNTS: sold_on, "accounts": deposits}
    return Choices("Nordlys ApS", "77", "DKK", lists, {number: {"": rate} for number, rate in SOLD_ON.items()})


def _hint(name: str) -> str:
    if "reg. 1234" in name:
        return IS_BANK
    return {"Bank": "bank", "Webshopsalg": "clearing"}.get(name, "")
