"""Making the items that the settings or the orders lack, because somebody asked for it: in a page's request, bounded.

Exactly once without a stored intent: an item's number is ours to give, and the books hold each number once. The
numbers are looked up before anything is sent; whatever carries one is either what would be made, and is used, or
somebody else's, and the next number is tried. After each sending the number is looked up again, whether an answer
came or not: only what is there then is used.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.db.models import Q

from accounting.base import AccountingProvider, Call, Choices, Item, Option, Receipt
from accounting.models import Connection
from connector.core.errors import NeedsSetup, OutcomeUnknown, Rejected, Stop, Temporary
from connector.core.states import State
from connector.lib.http import Transport
from connector.sync import acts, build, clock
from connector.sync.acts import Person
from connector.sync.models import Binding, Channel, Integration
from connector.sync.runner import FULL_BUCKET
from connector.sync.wishes import Wish
from connector.tenancy.scope import scope

MOST = 8
"""So many are made in one request."""
BUSY_SECONDS = 20.0
"""After so long no further one is begun."""


@dataclass(frozen=True)
class Chosen:
    """A wish, and the product group that somebody chose for it: one of its own."""

    wish: Wish
    group: str


@dataclass(frozen=True)
class Made:
    """What stands in the books for a wish now. `was_there`: it was found, not made."""

    wish: Wish
    item: Item
    was_there: bool


@dataclass
class Outcome:
    """What came of it. `trouble` is why it ended early, None where it did not."""

    made: list[Made] = field(default_factory=list)
    left: Sequence[Chosen] = ()
    trouble: Stop | None = None


def make(integration: Integration, chosen: Sequence[Chosen], transport: Transport | None = None) -> Outcome:
    """Make what was chosen, at most `MOST`, and say what came of it. Runs outside the scope; saves nothing: see `keep`.

    Nothing is sent while the connection is not open, or the books have asked for a pause.
    """
    outcome = Outcome(left=chosen)
    try:
        provider = opened(integration, transport)
        there = provider.find_items(number for each in chosen[:MOST] for number in each.wish.numbers)
        ends = time.monotonic() + BUSY_SECONDS
        for each in chosen[:MOST]:
            if time.monotonic() > ends:
                break
            outcome.made.append(_made(provider, each, there))
            outcome.left = outcome.left[1:]
            _mind_the_bucket(provider, is_last=not outcome.left)
    except Stop as error:
        outcome.trouble = error
        rest(integration, error)
    return outcome


def opened(integration: Integration, transport: Transport | None = None) -> AccountingProvider:
    """The provider of an integration's books, for what somebody asked for. Raises NeedsSetup where they are not
    connected, Temporary while they have asked for a pause. Runs outside the scope."""
    with scope(integration.tenant_id):
        connection = Connection.objects.select_related("channel").get(pk=integration.connection_id)
        if connection.status != Connection.Status.CONNECTED:
            raise NeedsSetup("connection-revoked")
        paused_until, now = connection.channel.paused_until, clock.now()
        if paused_until and paused_until > now:
            raise Temporary("rate-limit", retry_after=(paused_until - now).total_seconds())
        return build.provider_for(connection, transport)


def _made(provider: AccountingProvider, chosen: Chosen, there: Mapping[str, Item]) -> Made:
    """The item for one wish: found, or made under the first number that nobody else's item has."""
    wish = chosen.wish
    for number in wish.numbers:
        item, was_there = there.get(number), True
        if item is None:
            item, was_there = _sent(provider, Item(number, wish.name, group=chosen.group)), False
        if wish.is_met_by(item):
            return Made(wish, item, was_there)
    raise Rejected("unexpected", ref=wish.number, detail="every number is taken")


def _sent(provider: AccountingProvider, item: Item) -> Item:
    """Send it, and see what the books have under its number then."""
    about = arrived(provider, provider.item_call(item)).more
    told = {name: str(about.get(name, "")) for name in ("name", "group", "value")}
    return replace(item, **told, barred=bool(about.get("barred")))


def arrived(provider: AccountingProvider, call: Call) -> Receipt:
    """Make a call whose number we chose, and give what the books have under that number then, whether an answer came or
    not. Raises OutcomeUnknown while that is nothing."""
    lost = OutcomeUnknown(detail="not listed")
    try:
        # A key of its own each time: the number itself keeps a repeat from making two.
        provider.send(call, str(uuid.uuid4()))
    except OutcomeUnknown as error:
        lost = error
    found = provider.look(call)
    if not found:
        raise lost
    return found[0]


def _mind_the_bucket(provider: AccountingProvider, *, is_last: bool) -> None:
    """Leave the rest of the provider's limit to the customer's other programs, as the orders do."""
    budget = provider.budget
    if budget and not is_last and budget.used >= FULL_BUCKET * budget.limit:
        raise Temporary("rate-limit", retry_after=budget.window)


def rest(integration: Integration, error: Stop) -> None:
    """The books asked for a pause: the orders keep it too."""
    if isinstance(error, Temporary) and error.retry_after:
        until = clock.now() + timedelta(seconds=error.retry_after)
        with scope(integration.tenant_id):
            lanes = Channel.objects.filter(Q(paused_until=None) | Q(paused_until__lt=until))
            lanes.filter(connection=integration.connection_id).update(paused_until=until, pause_reason=error.code)


# --- what comes of it -------------------------------------------------------------------------------------------------
def keep(integration: Integration, made: Collection[Made], person: Person, waiting: Collection[int]) -> None:
    """Let the settings choose what was made, as a new version, and try the orders again that are `waiting` for it.

    A setting that somebody saved meanwhile is left as they saved it. Needs the scope.
    """
    if not made:
        return
    # Of two who save at once, the second waits here and builds on the first one's version.
    Integration.objects.select_for_update().get(pk=integration.pk)
    now = Integration.objects.select_related("connection", "settings", "shop").get(pk=integration.pk)
    assert now.settings is not None
    values = {**now.settings.values, **_newly_chosen(now, made)}
    ours = Q(pk__in=waiting, state=State.NEEDS_YOU)
    if values != now.settings.values:
        acts.save_settings(now, values, person, only=ours)
    else:
        acts.release(ours)
    _remember(now.connection_id, made)
    acts.note(person, now.shop, "items-created", items=", ".join(each.item.number for each in made))


def _newly_chosen(integration: Integration, made: Collection[Made]) -> dict[str, str]:
    assert integration.settings is not None
    saved, known = integration.settings.values, Choices.from_json(integration.connection.choices).labels("items")
    return {
        each.wish.field: each.item.number
        for each in made
        if each.wish.field and saved.get(each.wish.field, "") not in known
    }


def _remember(connection_id: int, made: Collection[Made]) -> None:
    """The books are known to have these items, and the settings can choose them without being read anew."""
    connection = Connection.objects.select_for_update().get(pk=connection_id)
    choices = Choices.from_json(connection.choices)
    new = {each.item.number: each.item for each in made}
    kept = [option for option in choices.lists.get("items", ()) if option.value not in new]
    listed = [*kept, *(Option(item.number, f"{item.number} {item.name}".strip(), item.group) for item in new.values())]
    connection.choices = replace(choices, lists={**choices.lists, "items": listed}).to_json()
    connection.save(update_fields=["choices"])
    for each in made:
        number, by_us = each.item.number, not each.was_there
        # A barred one stops its orders, so it is asked for again.
        if not each.item.barred:
            known = {"theirs": number, "made_by_us": by_us, "tenant_id": connection.tenant_id}
            Binding.objects.get_or_create(connection=connection, kind="product", ours=number, defaults=known)
