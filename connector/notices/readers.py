"""Who reads a shop's mails, and where. In the tenant's scope."""

from __future__ import annotations

from collections.abc import Iterator

from connector.notices.models import Choice
from connector.tenancy.models import Membership, Role, User
from shops.models import Shop

MAY_MEND = (Role.OWNER, Role.BOOKKEEPER)
"""Whoever can do something about it; a reader of the books cannot."""


def readers(shop: Shop, kind: str) -> Iterator[User]:
    """Those who want a mail of this kind about the shop."""
    choices = {choice.user_id: choice for choice in Choice.objects.filter(shop=shop)}
    members = Membership.objects.filter(role__in=MAY_MEND, user__is_active=True).select_related("user").order_by("pk")
    for member in members:
        if choices.get(member.user_id, Choice()).wants(kind):
            yield member.user


def choice_of(shop: Shop, user: User) -> Choice:
    """What the user has chosen for the shop; unsaved while that is nothing."""
    found = Choice.objects.filter(shop=shop, user=user).first()
    return found or Choice(tenant_id=shop.tenant_id, shop=shop, user=user)


def is_reader(shop: Shop, user: User, kind: str) -> bool:
    """Whether the user is still to be told: they may have left, or switched it off, since the mail was made."""
    return any(each.pk == user.pk for each in readers(shop, kind))


def address_of(shop: Shop, user: User) -> str:
    """Where the user reads the shop's mails."""
    return choice_of(shop, user).address or user.email
