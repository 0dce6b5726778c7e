"""The contract that every shop platform's adapter keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from connector.core.order import Method, Order

if TYPE_CHECKING:
    from connector.lib.http import Transport

JSON = dict[str, Any]


class Verdict(StrEnum):
    """What is known about a delivery's signature."""

    GENUINE = "genuine"
    UNPROVEN = "unproven"
    """No form is pinned yet and none fits: it may start a poll, nothing is stored."""
    FORGED = "forged"


@dataclass(frozen=True)
class Proof:
    """The verdict, and the form of signing that fitted (to be pinned with the shop when it is the first)."""

    verdict: Verdict
    form: str = ""


@dataclass(frozen=True)
class Event:
    """What a delivery says. `order_id` is empty when it names none; `delivery_id` when the platform sends none."""

    topic: str
    order_id: str = ""
    delivery_id: str = ""


@dataclass(frozen=True)
class ShopCapabilities:
    """What a platform lets us see and do; everything off unless declared."""

    registers_webhooks: bool = False
    partial_shipments: bool = False
    """An order says which of its lines were sent when. What declaring it asks for first: docs/part-shipments.md."""
    sees_refunds: bool = False
    """The platform tells when money went back to a buyer; else a credit note says only that it should."""
    daily_calls: int = 0
    """The platform's own limit of calls a day; 0 where there is none."""


@dataclass(frozen=True)
class SignedIn:
    """What the platform's sign-in gave: the key to its API and which shop it opens."""

    token: str
    platform_id: str
    name: str
    url: str
    can_write: bool


@dataclass(frozen=True)
class Subscription:
    """A webhook registered at the platform."""

    id: str
    topic: str
    secret: str


@dataclass(frozen=True)
class Fetched:
    """An order as the platform gave it: every reading whose sums hold, the preferred first."""

    raw: JSON
    readings: Sequence[Order]


@dataclass(frozen=True)
class ChangedPart:
    """A part of the orders that changed, as (id, version). `place` is where the next part begins, to be handed back as
    it is; empty when there is none."""

    orders: Sequence[tuple[str, str]]
    place: JSON


@dataclass(frozen=True)
class Methods:
    """The ways to pay and to send that a shop offers now."""

    payment: Sequence[Method]
    shipping: Sequence[Method]


@dataclass(frozen=True)
class ShopSettings:
    """What an adapter needs to know of its shop besides the key."""

    platform_id: str
    home_country: str = "DK"
    home_currency: str = "DKK"
    default_vat_rate: str = "25"
    auth_form: str = ""
    secrets: Sequence[str] = field(default_factory=tuple)
    signing_form: str = ""


class ShopAdapter(ABC):
    """One shop on one platform. Methods that talk to it raise the classes of `connector.core.errors`."""

    kind: str
    label: str
    capabilities: ShopCapabilities

    @classmethod
    @abstractmethod
    def build(cls, config: Mapping[str, str], shop: ShopSettings, token: str, transport: Transport) -> Self:
        """An adapter for one shop. `config` is this platform's part of `settings.SHOPS`: addresses, our app's name."""

    # --- sign-in --------------------------------------------------------------------------------------------------
    @classmethod
    @abstractmethod
    def sign_in_url(cls, config: Mapping[str, str], return_url: str, state: str) -> str:
        """Where the owner is sent to approve."""

    @classmethod
    @abstractmethod
    def signed_in(cls, query: Mapping[str, str]) -> SignedIn | None:
        """What the return address says; None when the owner declined or it is incomplete."""

    # --- receiving ------------------------------------------------------------------------------------------------
    @abstractmethod
    def verify(self, headers: Mapping[str, str], body: bytes) -> Proof:
        """Prove a delivery over its raw body, in constant time. Pure. Header names in lower case."""

    @abstractmethod
    def read(self, headers: Mapping[str, str], body: bytes) -> Event:
        """What the delivery says. Raises ValueError when it cannot be read."""

    # --- asking ---------------------------------------------------------------------------------------------------
    @abstractmethod
    def subscribe(self, url: str) -> list[Subscription]:
        """Make sure that the platform's webhooks lead to `url`; idempotent."""

    @abstractmethod
    def order(self, order_id: str) -> Fetched:
        """Fetch and read one order, or one credit note: an order below zero, which names the order that it credits
        where the platform tells. Raises NeedsSetup("total-off"…) when no reading's sums hold."""

    @abstractmethod
    def changed_parts(self, moment: datetime, place: JSON | None = None) -> Iterator[ChangedPart]:
        """The orders changed since `moment`, part by part, each part by as few calls as possible.

        The version changes whenever the order does (the platform's time of the last change), so that an order which
        a later poll meets again unchanged is not fetched again. With the `place` of an earlier part of the same
        `moment` it goes on behind that; orders that were met already may come again.
        """

    def changed_since(self, moment: datetime) -> Iterator[tuple[str, str]]:
        """(id, version) of all the orders changed since `moment`, each once."""
        for part in self.changed_parts(moment):
            yield from part.orders

    @abstractmethod
    def methods(self) -> Methods:
        """The ways to pay and to send that the shop offers now, complete: a method that is left out is gone."""

    @property
    def auth_form(self) -> str:
        """The form in which the platform took our key, to be remembered; empty where there is only one."""
        return ""

    @property
    @abstractmethod
    def calls(self) -> list[JSON]:
        """The calls made since the adapter was built, redacted: method, path, status, milliseconds."""
