"""Who belongs to a business: inviting, joining, changing roles, leaving. A business always keeps an owner.

All functions run inside the tenant's scope. Those that change who belongs to it take the tenant's row first, so that
two owners who demote each other at once do not leave it without one.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from connector.tenancy.handshake import hashed, new_secret
from connector.tenancy.models import Invitation, Membership, Role, Tenant, User

LASTS = timedelta(days=14)
AT_LEAST_BETWEEN = timedelta(minutes=1)
"""So long after a mail the same address is not written to again."""
MOST_OPEN = 50
"""So many invitations of a business are open at once: nobody writes to the whole world through us."""


class Refused(Exception):
    """The business's people stay as they are."""


class LastOwner(Refused):
    """Nobody else would own the business."""


class IsMember(Refused):
    """The address belongs to somebody who is in already."""


class TooMany(Refused):
    """As many invitations as may be are open."""


class TooSoon(Refused):
    """The last mail to this address has only just left."""


# --- inviting ---------------------------------------------------------------------------------------------------------
def invite(tenant_id: int, email: str, role: Role, by: User) -> tuple[Invitation, str]:
    """Offer a place; returns the invitation and what must stand in its link. An open one for the address is replaced.

    Raises IsMember, TooMany or TooSoon.
    """
    _lock(tenant_id)
    email = email.strip().lower()
    if Membership.objects.filter(user__email=email).exists():
        raise IsMember
    former = open_invitations().filter(email=email).first()
    if former is None and open_invitations().count() >= MOST_OPEN:
        raise TooMany
    if former:
        _wait_between(former)
        revoke(former)
    token = new_secret()
    made = Invitation.objects.create(
        tenant_id=tenant_id,
        email=email,
        role=role,
        token_hash=hashed(token),
        invited_by=by,
        invited_by_name=str(by),
        expires_at=timezone.now() + LASTS,
    )
    return made, token


def again(invitation: Invitation) -> str:
    """Give an open invitation 14 more days under a new link; the old link is dead. Raises TooSoon."""
    _wait_between(invitation)
    token = new_secret()
    invitation.token_hash, invitation.expires_at = hashed(token), timezone.now() + LASTS
    invitation.sent_at = None
    invitation.save(update_fields=["token_hash", "expires_at", "sent_at"])
    return token


def revoke(invitation: Invitation) -> None:
    """Withdraw an invitation."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=timezone.now())


def open_invitations() -> QuerySet[Invitation]:
    """Those that were neither accepted nor withdrawn; some may be too old."""
    found: QuerySet[Invitation] = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    return found


def can_be_accepted(invitation: Invitation) -> bool:
    """Whether its link still leads in."""
    is_open = invitation.accepted_at is None and invitation.revoked_at is None
    return is_open and invitation.expires_at > timezone.now()


def accept(invitation: Invitation, user: User) -> bool:
    """Let the user in whom the invitation is for. False when it is another's, used, withdrawn or too old.

    Of two at once one gets in. Whoever is in already keeps the role that they have.
    """
    _lock(invitation.tenant_id)
    now = timezone.now()
    mine = open_invitations().filter(pk=invitation.pk, email=user.email.lower(), expires_at__gt=now)
    if not mine.update(accepted_at=now, accepted_by=user):
        return False
    Membership.objects.get_or_create(tenant_id=invitation.tenant_id, user=user, defaults={"role": invitation.role})
    return True


# --- those who are in -------------------------------------------------------------------------------------------------
def change_role(member: Membership, role: Role) -> None:
    """Give a member another role. Raises LastOwner."""
    _lock(member.tenant_id)
    if role is not Role.OWNER:
        _keep_an_owner(member)
    Membership.objects.filter(pk=member.pk).update(role=role)


def remove(member: Membership) -> None:
    """Let a member see the business no more. Raises LastOwner."""
    _lock(member.tenant_id)
    _keep_an_owner(member)
    Membership.objects.filter(pk=member.pk).delete()


def _keep_an_owner(without: Membership) -> None:
    owners = Membership.objects.filter(role=Role.OWNER)
    if owners.filter(pk=without.pk).exists() and not owners.exclude(pk=without.pk).exists():
        raise LastOwner


def _wait_between(invitation: Invitation) -> None:
    if invitation.sent_at and timezone.now() - invitation.sent_at < AT_LEAST_BETWEEN:
        raise TooSoon


def _lock(tenant_id: int) -> None:
    # Not the key itself: rows that point to the tenant can be made meanwhile.
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id)
