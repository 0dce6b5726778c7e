"""The contract that every accounting provider keeps. Nothing outside a provider's folder knows its name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date as Day  # noqa: N812 - as in `core.document`
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from accounting.access import Company as Company
from accounting.access import FixedKeys as FixedKeys
from accounting.access import Keys as Keys
from accounting.access import SignIn as SignIn
from accounting.calls import JSON as JSON
from accounting.calls import Call as Call
from accounting.calls import Receipt as Receipt
from accounting.calls import Verdict as Verdict
from accounting.calls import Write as Write
from accounting.crediting import Crediting
from connector.core.capabilities import ProviderCapabilities
from connector.core.document import Customer, DocumentLine, InvoiceDocument
from connector.core.errors import NeedsSetup, Unsupported
from connector.core.readings import READINGS, Reading

if TYPE_CHECKING:
    from connector.lib.http import Transport


@dataclass(frozen=True)
class Item:
    """A product as the books know it. `value` is what the settings choose it by, where that is not its number."""

    number: str
    name: str = ""
    barred: bool = False
    group: str = ""
    value: str = ""

    @property
    def chosen_by(self) -> str:
        """What the settings choose it by."""
        return self.value or self.number


SEEMS_BANK, IS_BANK = "bank", "is-bank"
"""An account's hint where its number and name look like a bank's, and where the books themselves say that it is one."""


@dataclass(frozen=True)
class Option:
    """One thing to choose from in the settings: an account, a journal, a layout …

    `hint` carries what the page needs to know about it ("bank", "is-bank", "clearing", a VAT rate), never texts.
    """

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Choices:
    """Everything that the settings can choose from, fetched at once and kept with the connection.

    `lists` maps a field's list name (accounts, journals, layouts, terms, zones, groups, customer_groups, items,
    currencies …) to options; `company` is name and number as the provider says; `base_currency` ISO 4217.
    """

    company_name: str
    company_number: str
    base_currency: str
    lists: Mapping[str, Sequence[Option]]
    rates: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Product group → zone → VAT percent, where the provider can tell: what VAT a line will get. Where lines are
    sold by account: account → "" for every sale alike, or the situation (`eu_consumer@FI`), that at home first."""

    def to_json(self) -> JSON:
        """As a connection keeps them."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Choices:
        """What `to_json` made; empty choices from an empty dict, as before the first fetch."""
        lists = {name: [Option(**option) for option in options] for name, options in data.get("lists", {}).items()}
        texts = {name: data.get(name, "") for name in ("company_name", "company_number", "base_currency")}
        return cls(**texts, lists=lists, rates=data.get("rates", {}))

    def labels(self, name: str) -> dict[str, str]:
        """Value → label of one list."""
        return {option.value: option.label for option in self.lists.get(name, ())}


@dataclass(frozen=True)
class SettingField:
    """One setting that this provider adds to the settings page.

    `choices` names a list of `Choices`; `per_rate` repeats the field for every VAT rate in use, `per_country` for every
    country whose consumers are charged their own VAT (saved as `name@FI`);
    `required_when` names the neutral switch that makes it required ("always", "settle", "create" …).
    """

    name: str
    choices: str
    per_rate: bool = False
    per_country: bool = False
    required_when: str = "always"


@dataclass(frozen=True)
class Finding:
    """What the self-check of a connection found wrong: a reason's code and its facts."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Budget:
    """How much of the provider's rate limit is used, as its last answer said; None where it said nothing."""

    used: int
    limit: int
    window: float
    """Seconds."""


class AccountingProvider(Crediting, ABC):
    """One connection to one set of books. Built per drain with its secrets; holds no state between drains.

    Every method that talks to the provider raises the classes of `connector.core.errors`.
    """

    name: str
    label: str
    capabilities: ProviderCapabilities
    key_seconds: float
    """How long the provider remembers an idempotency key; 0 when it has none."""
    calls_a_minute: int = 0
    """The limit for one set of books, where no answer tells how much of it is used; 0 where the answers do."""
    lookup_lag: float
    """Seconds after which a look-up that found nothing is repeated before anything is sent again."""
    settlement: Sequence[Write]
    """The writes that register one payment, in order."""
    checks_payments: bool = False
    """Whether the sign of a payment's amount has to be learnt before a connection's first payment is made final. Then
    the methods under "the sign of a payment" are the provider's own."""
    payment_sign: str = ""
    """The sign that was learnt for this connection; empty as long as it was not."""
    readings: Sequence[Reading] = READINGS
    """How its books may add up a document, the likeliest first. The first one's `prices` say whether its lines hold
    prices excluding or including VAT."""
    sells_by_account: bool = False
    """Whether a line names the account it is sold on (and VAT follows from that), instead of an item. Then no items are
    looked up or made, and `setting_fields` choose the accounts: `sales_domestic` per rate, `sales_eu_business`,
    `sales_eu_consumer` per country, `sales_abroad`."""
    sells_by_product: bool = False
    """Whether what lines are sold on, though chosen like an account, is a service product: one for each account and way
    of VAT (a pair of the list `groups`), made on request by `item_call`. Only with `sells_by_account`."""
    setting_fields: Sequence[SettingField]
    """What this provider adds to the settings page."""
    settling_terms: frozenset[str] = frozenset()
    """The hints, in the list `terms`, of payment terms by which booking an invoice settles it."""
    prerequisites: Sequence[str] = ()
    """What must be there before connecting, as words of the connect page's table."""
    company_word: str = "agreement"
    """What the number of a set of books is called there, as a word of the connect page's table."""

    pastes_token: bool = False
    """Whether the owner pastes an access token, made at the provider, instead of signing in there. `redeem` takes it as
    `token`; it is kept as `token` among the secrets, and never shown again but for its last four signs."""
    return_is_fixed: bool = False
    """Whether everybody comes back to one registered address, the state among what the answer holds; else the state is
    a part of the address."""

    @classmethod
    def list_of(cls, setting: str) -> str:
        """The list of `Choices` that a setting of this provider chooses from; empty where it has no such setting, or
        the setting has no list."""
        return next((field.choices for field in cls.setting_fields if field.name == setting), "")

    # --- connecting ---------------------------------------------------------------------------------------------
    @classmethod
    @abstractmethod
    def build(cls, config: Mapping[str, str], keys: Keys, kept: Mapping[str, Any], transport: Transport) -> Self:
        """A provider for one connection. `config` is this provider's part of `settings.ACCOUNTING`: addresses and our
        app's keys; `keys` are the connection's own; `kept` is its stored choices (JSON of `Choices`) and, once it is
        learnt, the sign of a payment's amount as `payment_sign`."""

    @classmethod
    @abstractmethod
    def connect_url(cls, config: Mapping[str, str], sign_in: SignIn) -> str:
        """Where the owner is sent to approve; the page where tokens are made for one that is pasted."""

    @classmethod
    @abstractmethod
    def granted(cls, config: Mapping[str, str], answer: Mapping[str, str], sign_in: SignIn) -> dict[str, str] | None:
        """What the return address brought, as `redeem` takes it; None when the owner declined or it is not from there.
        No request."""

    @classmethod
    def redeem(cls, config: Mapping[str, str], granted: Mapping[str, str], transport: Transport) -> dict[str, str]:
        """The connection's secrets for what was granted, which can be redeemed once; as it is where nothing has to be
        exchanged. Raises NeedsSetup (connection-declined) when it is too late, Temporary when it may be tried again."""
        return dict(granted)

    @classmethod
    def renew(cls, config: Mapping[str, str], secrets: Mapping[str, str], transport: Transport) -> dict[str, str]:
        """Fresh secrets for those that have expired. Raises NeedsSetup (connection-expired) when the provider gives
        none any more, Temporary or OutcomeUnknown when no answer came. Never asked of a provider whose keys last."""
        raise NeedsSetup("connection-revoked")

    def companies(self) -> Sequence[Company]:
        """The sets of books to choose from, where the keys open several: the one chosen is then `company` among the
        secrets. Empty where the keys open exactly one. Raises NeedsSetup (organisation-none) where they open none."""
        return ()

    @abstractmethod
    def choices(self) -> Choices:
        """Read everything that the settings choose from, and who we are connected to."""

    @abstractmethod
    def check(self, settings: Mapping[str, str]) -> list[Finding]:
        """Self-check of the connection: plan, role, layout, journal, year; chosen things that are gone."""

    # --- reading ------------------------------------------------------------------------------------------------
    @abstractmethod
    def find_customers(self, customer: Customer) -> list[Receipt]:
        """The customers who may be this one, oldest first: by e-mail, else by name, postcode and phone
        (`customer.by`), and a company by its number and e-mail. An empty list is an answer, never a failure.

        `more` of each holds `name`, `company_number` and `barred`, as far as the provider tells.
        """

    @abstractmethod
    def find_items(self, numbers: Iterable[str]) -> dict[str, Item]:
        """Those of `numbers` that exist."""

    @abstractmethod
    def look(self, call: Call) -> list[Receipt]:
        """What a call whose outcome is unknown has made, drafts and booked alike, oldest first."""

    @abstractmethod
    def balances(self, invoices: Sequence[str]) -> dict[str, Decimal]:
        """What is open on each of these booked invoices, by one call."""

    def require(self, document: InvoiceDocument, base_currency: str) -> None:
        """Raise Unsupported, naming the fact, for a document that this connection cannot express. No request."""
        self.capabilities.require(document, base_currency)

    def seems_closed(self, day: Day) -> bool:
        """Whether `day` could not be booked on when the choices were last read. No request."""
        return False

    @abstractmethod
    def first_open_day(self, day: Day) -> Day:
        """The first day on or after `day` that can be booked on. Raises NeedsSetup where its year is missing
        (`year-missing`) or no later day is open (`period-closed`). Asked only after a refusal, or when `seems_closed`.
        """

    # --- building a call (pure, no request) -----------------------------------------------------------------------
    @abstractmethod
    def customer_call(self, customer: Customer, document: InvoiceDocument) -> Call:
        """The call that makes the customer."""

    @abstractmethod
    def product_call(self, line: DocumentLine, document: InvoiceDocument) -> Call:
        """The call that makes the missing item of a line."""

    @abstractmethod
    def item_call(self, item: Item) -> Call:
        """The call that makes an item for no order in particular, by its number, name and group.

        `look` of it gives whatever carries the number, ours or not, with `name`, `group` and `barred` in `more`.
        """

    @abstractmethod
    def draft_call(self, document: InvoiceDocument, customer: str) -> Call:
        """The call that makes the draft."""

    @abstractmethod
    def correct_call(self, document: InvoiceDocument, customer: str, draft: Receipt) -> Call:
        """The call that puts `document` in the place of what the draft holds."""

    @abstractmethod
    def book_call(self, document: InvoiceDocument, draft: Receipt) -> Call:
        """The call that books the draft."""

    @abstractmethod
    def payment_call(self, document: InvoiceDocument, customer: str, booked: Receipt, number: int) -> Call:
        """The call that registers `document.payments[number - 1]` on the booked invoice."""

    @abstractmethod
    def payment_book_call(self, document: InvoiceDocument, entry: Receipt) -> Call:
        """The call that makes a registered payment final, where the provider needs one."""

    # --- the sign of a payment: nothing to check unless `checks_payments` ---------------------------------------------
    def before_payment(self, call: Call) -> JSON:
        """Facts that `confirm_payment` compares with, read before the payment's call is made; kept in its `about`."""
        return {}

    def confirm_payment(self, call: Call, entry: Receipt) -> Verdict:
        """See from the books which sign stands for money received, now that the call has registered a payment."""
        return Verdict()

    def undo_payment_call(self, document: InvoiceDocument, entry: Receipt) -> Call:
        """The call that takes back a registered payment. Raises Unsupported where it is final at once."""
        raise Unsupported("settlement-stopped", order=document.number)

    # --- an account for us: only where `proposed_account` names one ---------------------------------------------------
    proposed_account: str = ""
    """The number of the clearing account that can be made with one click; empty where accounts cannot be made."""

    def account_call(self, number: str, name: str) -> Call:
        """The call that makes a clearing account. `look` of it gives whatever carries the number, with `name` in
        `more`. Raises Unsupported where accounts cannot be made."""
        raise Unsupported("unexpected", detail="accounts cannot be made")

    # --- doing ----------------------------------------------------------------------------------------------------
    @abstractmethod
    def send(self, call: Call, key: str) -> Receipt:
        """Make the call with this idempotency key. The only method that changes anything in the books."""

    @abstractmethod
    def discard(self, draft: Receipt) -> None:
        """Delete a surplus draft of ours. Only ever by its own number."""

    @property
    @abstractmethod
    def budget(self) -> Budget | None:
        """The rate limit as the last answer told it."""

    @property
    @abstractmethod
    def calls(self) -> list[JSON]:
        """The calls made since the provider was built, redacted: method, path, status, milliseconds."""
