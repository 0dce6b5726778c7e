"""Who changed who belongs to a business: noted at every shop of the business, told on the page *Users*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from connector.sync import acts
from connector.sync.acts import Person
from connector.sync.models import ActivityEntry
from connector.tenancy.models import Role
from connector.web.frame.words import Text
from shops.models import Shop

LOOKED = "support-looked"
INVITED, INVITED_AGAIN, WITHDRAWN = "person-invited", "person-invited-again", "invitation-withdrawn"
JOINED, ROLE_CHANGED, REMOVED = "person-joined", "person-role-changed", "person-removed"
GENERAL_SAVED = "general-saved"
WORDS: Mapping[str, Text] = {
    INVITED: gettext_lazy("%(who)s invited %(email)s as %(role)s"),
    INVITED_AGAIN: gettext_lazy("%(who)s sent the invitation to %(email)s again"),
    WITHDRAWN: gettext_lazy("%(who)s withdrew the invitation to %(email)s"),
    JOINED: gettext_lazy("%(who)s accepted the invitation and is %(role)s"),
    ROLE_CHANGED: gettext_lazy("%(who)s made %(name)s %(role)s"),
    REMOVED: gettext_lazy("%(who)s removed %(name)s"),
    GENERAL_SAVED: gettext_lazy("%(who)s changed the shop's name, country or currency"),
    LOOKED: gettext_lazy("%(who)s saw your pages as a reader: %(why)s"),
}
IN_SENTENCES: Mapping[str, Text] = {
    Role.OWNER.value: gettext_lazy("owner"),
    Role.BOOKKEEPER.value: gettext_lazy("bookkeeper"),
    Role.READER.value: gettext_lazy("reader"),
}
MOST_SHOWN = 20


@dataclass(frozen=True)
class Done:
    """What somebody did, in words."""

    at: datetime
    words: str


def note(person: Person, what: str, **facts: str) -> None:
    """Write down who did what, at every shop of the scope's business."""
    for shop in Shop.objects.order_by("pk"):
        acts.note(person, shop, what, None, **facts)


def done(shop: Shop) -> Sequence[Done]:
    """What was done about the business's people, the newest first. One query."""
    rows = ActivityEntry.objects.filter(shop=shop, what__in=WORDS).order_by("-pk")[:MOST_SHOWN]
    return [Done(row.at, told(row)) for row in rows]


def told(row: ActivityEntry) -> str:
    """An entry in words."""
    facts = {"email": "", "name": "", "role": "", "why": "", **row.facts, "who": row.who}
    facts["role"] = str(IN_SENTENCES.get(facts["role"], facts["role"]))
    return str(WORDS[row.what]) % facts
