"""What the settings mean: from saved texts to the core's rules, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from accounting.base import AccountingProvider, Choices, SettingField
from accounting.models import Connection
from connector.core.mapping import GiftCard, Layout, MappingRules, MissingProduct, NoEmail
from connector.core.order import Order
from connector.core.plan import Policy, Trigger
from connector.core.readings import READINGS
from connector.core.rules import CREDITS, SALES
from connector.core.settlement import OPEN
from connector.sync import learnt

Values = Mapping[str, str]

NEUTRAL: dict[str, str] = {
    "orders": "on",
    "customers": "on",
    "no_email": NoEmail.COLLECTIVE.value,
    "booking": "off",
    "start_at": "",
    "trigger": Trigger.SHIPMENT.value,
    "settle": "journal",
    "product_layout": Layout.SINGLE.value,
    "missing_product": MissingProduct.STOP.value,
    "gift_card": GiftCard.PAYMENT.value,
    "rates": "25,0",
    "statuses": "",
    "bank_kept": "",
}
"""The settings that every provider has, with the values of a new shop. `bank_kept` is the bank account that the owner
chose to keep in spite of the warning; `start_at` an ISO time; `statuses` the shop's words, with commas between."""

PAY, CARRIER, WHEN = "pay:", "ship:", "trigger:"
"""What begins the name of a method's own setting; its key follows. `pay:` is an account, `open`, `default` or
`term:<n>`; `ship:` an item per VAT rate; `trigger:` a trigger."""
OWN = ":"
"""Only a method's own settings have it in their names."""

NEUTRAL_VAT: dict[str, str] = {"oss_from": ""}
"""Further such settings, which the page of the VAT zones edits. `oss_from` is the ISO date of the first day on which EU
consumers are charged their own country's VAT (One Stop Shop); empty where that is not used."""

ITEMS = ("shipping", "fee", "discount", "gift_card", "total", "default", CREDITS, SALES)
"""What an item, or an account to sell on, is chosen for, per VAT rate in use."""
PER_RATE = PER_COUNTRY = "@"
"""Stands between a setting's name and what it is repeated for: `shipping@25`, `zone_eu_consumer@FI`."""
SETTLING = frozenset({"settle", "gift_card_payment"})
"""`SettingField.required_when` of the choices that say where payments are registered."""


def rates(values: Values) -> list[Decimal]:
    """The VAT rates in use, in percent. Raises ValueError for something else than numbers."""
    try:
        return [Decimal(part.strip().replace("%", "")) for part in values.get("rates", "").split(",") if part.strip()]
    except InvalidOperation as error:
        raise ValueError("a VAT rate is a number") from error


def oss_from(values: Values) -> date | None:
    """The first day of the One Stop Shop; None where it is not used. Raises ValueError for what is no ISO date."""
    day = values.get("oss_from", "")
    return date.fromisoformat(day) if day else None


def is_per_rate(name: str) -> bool:
    """Whether a setting is one of those that go with the VAT rates in use; one per country goes on without them."""
    return name.partition(PER_RATE)[2].replace(".", "").isdigit()


def names(field: SettingField, values: Values) -> Iterator[str]:
    """The names under which the settings page saves a provider's field: one, or one per VAT rate in use.

    None for a field per country: which countries there are, the page of the VAT zones says.
    """
    if field.per_country:
        return
    if not field.per_rate:
        yield field.name
        return
    for rate in rates(values):
        yield f"{field.name}{PER_RATE}{rate}"


def _by_rate(name: str, values: Values) -> dict[Decimal, str]:
    chosen = {rate: values.get(f"{name}{PER_RATE}{rate}", "") for rate in rates(values)}
    return {rate: value for rate, value in chosen.items() if value}


def _own(prefix: str, values: Values) -> dict[str, str]:
    """Method key → its choice."""
    return {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix) and value}


def _carriers(values: Values) -> dict[str, dict[Decimal, str]]:
    keys = {name.partition(PER_RATE)[0] for name in _own(CARRIER, values)}
    return {key: _by_rate(f"{CARRIER}{key}", values) for key in keys}


def _is_choice(name: str) -> bool:
    """Whether a setting is the provider's own, for every rate and every method."""
    return not is_per_rate(name) and OWN not in name


def mapping_rules(
    values: Values,
    home_country: str = "DK",
    seen: learnt.Learnt | None = None,
    provider: AccountingProvider | type[AccountingProvider] | None = None,
) -> MappingRules:
    """The settings as the mapping reads them. `seen` is what the connection's books were seen to do, `provider` whose
    books they are: it need not be told where no document is made."""
    return MappingRules(
        layout=Layout(values.get("product_layout", Layout.SINGLE)),
        rates=tuple(rates(values)),
        items={name: _by_rate(name, values) for name in ITEMS},
        rounding_item=values.get("rounding", ""),
        missing_product=MissingProduct(values.get("missing_product", MissingProduct.STOP)),
        groups=_by_rate("product_group", values),
        gift_card=GiftCard(values.get("gift_card", GiftCard.PAYMENT)),
        collective_customer=values.get("collective", ""),
        creates_customers=values.get("customers") == "on",
        no_email=NoEmail(values.get("no_email") or NoEmail.COLLECTIVE),
        home_country=home_country,
        oss_from=oss_from(values),
        choices={name: value for name, value in values.items() if value and _is_choice(name)},
        methods=_own(PAY, values),
        carriers=_carriers(values),
        reading=learnt.readings(seen or {}, provider.readings if provider else READINGS)[0],
        sells_by_account=provider is not None and provider.sells_by_account,
        spreads_discounts=provider is not None and not provider.capabilities.negative_lines,
    )


def policy(values: Values, provider: AccountingProvider, quiet: float) -> Policy:
    """The settings as the plan reads them."""
    start = values.get("start_at", "")
    return Policy(
        trigger=Trigger(values.get("trigger", Trigger.SHIPMENT)),
        start_at=datetime.fromisoformat(start) if start else None,
        transfers=values.get("orders") == "on",
        books=values.get("booking") == "on",
        statuses=frozenset(statuses(values)),
        settles=values.get("settle") != "open",
        settlement=tuple(write.value for write in provider.settlement),
        confirms=provider.checks_payments,
        quiet=quiet,
        lookup_lag=provider.lookup_lag,
    )


def statuses(values: Values) -> list[str]:
    """The shop's own words for the statuses that make an order go, in lower case."""
    return [word.strip().casefold() for word in values.get("statuses", "").split(",") if word.strip()]


def policy_for(order: Order | None, usual: Policy, values: Values) -> Policy:
    """The policy for one order: its payment method may have a trigger of its own, and may leave its invoice open."""
    key = order.method.key if order else ""
    if not key:
        return usual
    trigger = Trigger(values.get(f"{WHEN}{key}") or usual.trigger)
    return replace(usual, trigger=trigger, leaves_open=values.get(f"{PAY}{key}") == OPEN)


def kept_choices(connection: Connection) -> Choices:
    """What the books offered when they were last asked."""
    return Choices.from_json(connection.choices)


# --- what is missing -------------------------------------------------------------------------------------------------


def problems(values: Values, provider: type[AccountingProvider], choices: Choices) -> dict[str, str]:
    """Field name → reason code, for every setting that must be chosen first or points at something gone."""
    found: dict[str, str] = {}
    try:
        rates(values)
    except ValueError:
        return {"rates": "not-a-rate"}
    for field in provider.setting_fields:
        known = choices.labels(field.choices)
        for name in names(field, values):
            chosen = values.get(name, "")
            if not chosen and is_required(field, values):
                found[name] = "choice-missing"
            elif chosen and known and chosen not in known:
                found[name] = "choice-gone"
    if values.get("trigger") == Trigger.STATUS and not statuses(values):
        found["statuses"] = "choice-missing"
    return found


def is_required(field: SettingField, values: Values) -> bool:
    """Whether the neutral settings make a provider's field necessary."""
    return {
        "always": True,
        "never": False,
        "settle": values.get("settle") != "open",
        "create": values.get("missing_product") == MissingProduct.CREATE,
        "default": values.get("missing_product") == MissingProduct.DEFAULT,
        "total": values.get("product_layout") == Layout.TOTAL,
        "single": values.get("product_layout") != Layout.TOTAL,
        "collective": values.get("customers") != "on",
        # Most shops have no gift cards: the first order that uses one asks for it (`prepare`).
        "gift_card_payment": False,
        "gift_card_line": values.get("gift_card") == GiftCard.LINE,
    }[field.required_when]
