"""Addresses in mails: whole, and where they work signed out, signed."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import NoReverseMatch, reverse

from connector.notices.models import Choice

SALT = "connector.notices"


@dataclass(frozen=True)
class Claim:
    """What a signed address says: whose choice about which shop; the kind to switch off, or the address to confirm."""

    tenant_id: int
    shop_id: int
    user_id: int
    kind: str = ""
    asked: str = ""


def absolute(name: str, *parts: str) -> str:
    """A page's whole address."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=parts)}"


def to(name: str, *parts: str) -> str:
    """A page's whole address; empty while the page does not exist."""
    try:
        return absolute(name, *parts)
    except NoReverseMatch:
        return ""


def signed(choice: Choice, *, kind: str = "", asked: str = "") -> str:
    """The part of an address that proves that we wrote it. It does not run out: a mail may be read a year later."""
    return signing.dumps([choice.tenant_id, choice.shop_id, choice.user_id, kind, asked], salt=SALT)


def read(token: str) -> Claim | None:
    """What a signed address says; None for one that we did not write."""
    try:
        return Claim(*signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None
