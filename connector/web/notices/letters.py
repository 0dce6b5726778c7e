"""What the mails say, in the language that is active. One function per kind; None when it is no longer true."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.core.states import State
from connector.notices.models import Kind, Mail, Trouble
from connector.notices.readers import choice_of
from connector.notices.watching import OF_THE_CONNECTION
from connector.sync.models import Integration, SyncJob
from connector.tenancy.models import Membership, Role, Tenant
from connector.web.frame import format as written
from connector.web.frame.reasons import explain_code, provider_label
from connector.web.notices import links
from connector.web.orders.causes import Cause, how_many, needs_you
from shops.models import Shop

MOST_CAUSES = 3
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Letter:
    """A mail's words: paragraphs, the causes as a list, what stands after it, one button."""

    subject: str
    paragraphs: Sequence[str]
    button: str
    url: str
    points: Sequence[str] = ()
    after: str = ""


# --- orders -----------------------------------------------------------------------------------------------------------
def needs(mail: Mail) -> Letter | None:
    """How many orders need the reader, and the causes with most money."""
    causes = [cause for cause in needs_you(mail.shop).causes if cause.reason not in OF_THE_CONNECTION]
    count = sum(cause.count for cause in causes)
    if not count:
        return None
    notes = sum(cause.notes for cause in causes)
    subject = ngettext("%(n)d order needs you (%(shop)s)", "%(n)d orders need you (%(shop)s)", count)
    subject = _("Needs you: %(what)s (%(shop)s)") if notes else subject
    rest = len(causes) - MOST_CAUSES
    more = ngettext("And %(n)d more cause.", "And %(n)d more causes.", rest) % {"n": rest} if rest > 0 else ""
    waits = ngettext(
        "It waits with us; nothing is lost. Once it is fixed it goes on by itself.",
        "They wait with us; nothing is lost. Once they are fixed they go on by themselves.",
        count,
    )
    return Letter(
        subject % {"n": count, "what": how_many(count - notes, notes), "shop": mail.shop.name},
        [waits],
        _("Fix it") if count == 1 else _("Fix them"),
        links.to("needs-you", mail.shop.slug),
        [_point(cause, mail.shop) for cause in causes[:MOST_CAUSES]],
        more,
    )


def _point(cause: Cause, shop: Shop) -> str:
    words = ngettext("%(title)s: %(n)d order, %(amount)s", "%(title)s: %(n)d orders, %(amount)s", cause.count)
    words = _("%(title)s: %(what)s, %(amount)s") if cause.notes else words
    return words % {
        "title": cause.told.title,
        "n": cause.count,
        "what": cause.what,
        "amount": written.money(cause.amount, shop.currency),
    }


# --- connections ------------------------------------------------------------------------------------------------------
def lost(mail: Mail) -> Letter | None:
    """Which connection is lost, since when, and what waits for it."""
    what = str(mail.facts.get("what", Trouble.What.BOOKS))
    trouble = Trouble.objects.filter(shop=mail.shop, what=what).first()
    tie = _tie(mail.shop)
    if trouble is None or tie is None:
        return None
    return _books_lost(mail.shop, tie, trouble) if what == Trouble.What.BOOKS else _shop_lost(mail.shop, trouble)


def _books_lost(shop: Shop, tie: Integration, trouble: Trouble) -> Letter:
    names = {"provider": provider_label(tie.connection.provider), "shop": shop.name}
    subject = _("The connection to %(provider)s is lost (%(shop)s)") % names
    said = [_since(trouble.since), _waiting(shop), _("It takes a minute.")]
    return Letter(subject, [" ".join(said)], _("Connect again"), links.to("finance-connect", shop.slug))


def _shop_lost(shop: Shop, trouble: Trouble) -> Letter:
    names = {"shop": shop.name}
    told = explain_code("shop-key-refused", shop=shop)
    said = [_since(trouble.since), told.cause, told.fix]
    subject = _("The connection to %(shop)s is lost") % names
    return Letter(subject, [" ".join(said)], _("Connect again"), links.to("settings-shop", shop.slug))


def _since(moment: datetime) -> str:
    return _("Since %(time)s.") % {"time": written.when(moment)}


def _waiting(shop: Shop) -> str:
    """How many orders go on by themselves: those that wait, and those that stopped for the connection alone."""
    jobs = SyncJob.objects.filter(shop=shop)
    held = jobs.filter(state=State.WAITING) | jobs.filter(state=State.NEEDS_YOU, reason__in=OF_THE_CONNECTION)
    count = held[:MOST_COUNTED].count()
    if not count:
        return _("No order waits yet; new ones are transferred by themselves once you have connected again.")
    words = ngettext(
        "%(n)d order waits and is transferred by itself once you have connected again.",
        "%(n)d orders wait and are transferred by themselves once you have connected again.",
        count,
    )
    return words % {"n": count}


def _tie(shop: Shop) -> Integration | None:
    return Integration.objects.filter(shop=shop, is_active=True).select_related("connection").first()


def support(mail: Mail) -> Letter | None:
    """For our own people: whose connection nobody has mended, and whom to call."""
    letter = lost(mail)
    if letter is None:
        return None
    owners = Membership.objects.filter(role=Role.OWNER).select_related("user").order_by("pk")
    whom = ", ".join(f"{owner.user} <{owner.user.email}>" for owner in owners)
    business = Tenant.objects.get(pk=mail.tenant_id).name
    told = _("%(business)s was told three times. Owner: %(whom)s.") % {"business": business, "whom": whom or "–"}
    return Letter(letter.subject, [*letter.paragraphs, told], _("Open the shop"), links.to("overview", mail.shop.slug))


# --- the shop ---------------------------------------------------------------------------------------------------------
def silent(mail: Mail) -> Letter | None:
    """Since when nothing was heard from the shop, and what is usual."""
    trouble = Trouble.objects.filter(shop=mail.shop, what=Trouble.What.SILENT).first()
    if trouble is None:
        return None
    facts = {**mail.facts, "since": written.when(trouble.since)}
    told = explain_code("shop-silent", shop=mail.shop, facts=facts)
    url = links.to("health", mail.shop.slug) or links.to("overview", mail.shop.slug)
    return Letter(told.title, [told.cause, told.fix], _("See what is wrong"), url)


# --- the reader's own address -----------------------------------------------------------------------------------------
def confirm(mail: Mail) -> Letter | None:
    """Whether the reader wants the shop's mails at the address that they have named."""
    assert mail.user is not None
    choice = choice_of(mail.shop, mail.user)
    if not choice.asked_address:
        return None
    said = _("%(name)s wants the mails about %(shop)s sent here. If that is not you, leave this mail alone.")
    url = links.absolute("notices-confirm", links.signed(choice, asked=choice.asked_address))
    names = {"name": str(mail.user), "shop": mail.shop.name}
    return Letter(_("Confirm this address (%(shop)s)") % names, [said % names], _("Confirm the address"), url)


LETTERS: Mapping[str, Callable[[Mail], Letter | None]] = {
    Kind.DIGEST: needs,
    Kind.STOP: needs,
    Kind.LOST: lost,
    Kind.SUPPORT: support,
    Kind.SILENT: silent,
    Kind.CONFIRM: confirm,
}
