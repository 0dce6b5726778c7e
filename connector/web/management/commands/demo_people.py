"""People who can sign in to the demo, and businesses for scenario runs. May be repeated."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from connector.tenancy.access import entries
from connector.tenancy.models import Membership, Role, Tenant, User
from connector.tenancy.scope import scope
from shops.models import Shop

PASSWORD = "demo-kodeord-2026"  # noqa: S105 - of the demo, which the command makes on no public installation


@dataclass(frozen=True)
class Demo:
    """A person of the demo and the business that is hers, or in which she helps."""

    email: str
    name: str
    role: Role
    business: str
    slug: str
    shop: str


NORDLYS = ("Nordlys ApS", "nordlys", "nordlys.dk")
SOEGAARD = ("Søgaard ApS", "soegaard", "soegaard.dk")
WINTHER = ("Winther ApS", "winther", "winther.dk")
KIM = ("kim@example.dk", "Kim Dahl", Role.BOOKKEEPER)
"""Keeps the books of several."""
PEOPLE = (
    Demo("anna@example.dk", "Anna Berg", Role.OWNER, *NORDLYS),
    Demo("bo@example.dk", "Bo Lund", Role.BOOKKEEPER, *NORDLYS),
    Demo("lis@example.dk", "Lis Holm", Role.READER, *NORDLYS),
    Demo("mads@example.dk", "Mads Søgaard", Role.OWNER, *SOEGAARD),
    *(Demo(*KIM, *client) for client in (NORDLYS, SOEGAARD)),
)
MORE = (Demo("vera@example.dk", "Vera Winther", Role.OWNER, *WINTHER), Demo(*KIM, *WINTHER))
"""A third business, which the tests of people with several want; the demo has two."""

STAFF = ("stine@example.dk", "Stine Holm", "Connector")
"""Our own support: name of no business, and no shop of her own."""


class Command(BaseCommand):
    """Prints one JSON object a line for each person: email, password, business, role, shop (the slug)."""

    help = "Make the demo's people and businesses, with shops that are not connected yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", default=PASSWORD)
        parser.add_argument("--more", action="store_true", help="also a third business, of which Kim keeps the books")
        parser.add_argument("--tenants", type=int, default=0, metavar="N", help="make N more businesses instead")
        parser.add_argument("--prefix", default="tenant", help="what their shops and owners are called")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_HTTPS:
            raise CommandError("demo_people makes known passwords: never where PUBLIC_URL is https.")
        count, prefix = options["tenants"], options["prefix"]
        people = [_numbered(prefix, number) for number in range(1, count + 1)] if count else self._demo(**options)
        for person in people:
            _make(person, options["password"])
            self.stdout.write(json.dumps(_line(person, options["password"]), ensure_ascii=False))
        if not count:
            self.stdout.write(json.dumps(_staff(options["password"]), ensure_ascii=False))

    def _demo(self, *, more: bool, **_options: Any) -> tuple[Demo, ...]:
        return PEOPLE + MORE if more else PEOPLE


def _numbered(prefix: str, number: int) -> Demo:
    name = f"{prefix}-{number}"
    return Demo(f"{name}@example.dk", f"Ejer {name}", Role.OWNER, f"{name} ApS", name, f"{name}.dk")


def _line(person: Demo, password: str) -> dict[str, str]:
    return {
        "email": person.email,
        "password": password,
        "business": person.business,
        "role": person.role.value,
        "shop": person.slug,
    }


def _make(person: Demo, password: str) -> None:
    user = _user(person.email, person.name, password)
    tenant_id = _business(person)
    with scope(tenant_id):
        Membership.objects.update_or_create(tenant_id=tenant_id, user=user, defaults={"role": person.role})
        if not Shop.objects.filter(slug=person.slug).exists():
            Shop.objects.create(tenant_id=tenant_id, slug=person.slug, name=person.shop)


def _user(email: str, name: str, password: str, *, is_staff: bool = False) -> User:
    user = User.objects.filter(email=email).first() or User(email=email)
    user.name, user.is_staff = name, is_staff
    if not user.check_password(password):
        user.set_password(password)
    user.save()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def _staff(password: str) -> dict[str, str]:
    email, name, business = STAFF
    _user(email, name, password, is_staff=True)
    return {"email": email, "password": password, "business": business, "role": "staff", "shop": ""}


def _business(person: Demo) -> int:
    """The business that the demo's own people already share, else a new one.

    A business is known by its members: its name is no key, and another's may be the same.
    """
    colleagues = [other.email for other in PEOPLE + MORE if other.business == person.business] or [person.email]
    for user in User.objects.filter(email__in={*colleagues, person.email}):
        for door in entries(user.pk):
            if Tenant.objects.filter(pk=door.tenant_id, name=person.business).exists():
                return door.tenant_id
    return Tenant.objects.create(name=person.business).pk
