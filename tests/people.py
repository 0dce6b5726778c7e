"""The people of the tests: Anna owns Nordlys, Bo keeps its books, Lis may look, Mallory belongs elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.test import Client

from connector.tenancy.models import Membership, Role, Tenant, User
from connector.tenancy.scope import scope
from shops.models import Shop


@dataclass(frozen=True)
class Business:
    """A tenant with its shop, not yet connected to anything."""

    tenant: Tenant
    shop: Shop


@dataclass(frozen=True)
class People:
    """Everybody, and the two businesses."""

    anna: User
    bo: User
    lis: User
    mallory: User
    nordlys: Business
    elsewhere: Business


def make_people() -> People:
    """Make everybody. Call inside a test with a database, outside any scope."""
    users = {name: _user(name) for name in ("Anna Berg", "Bo Lund", "Lis Holm", "Mallory Krag")}
    anna, bo, lis, mallory = users.values()
    nordlys = make_business("Nordlys ApS", "nordlys", {anna: Role.OWNER, bo: Role.BOOKKEEPER, lis: Role.READER})
    elsewhere = make_business("Andetsteds ApS", "andetsteds", {mallory: Role.OWNER})
    return People(anna, bo, lis, mallory, nordlys, elsewhere)


def make_business(name: str, slug: str, members: dict[User, Role]) -> Business:
    """A tenant with these members and one shop that is not connected."""
    tenant = Tenant.objects.create(name=name)
    with scope(tenant.pk):
        for user, role in members.items():
            Membership.objects.create(tenant=tenant, user=user, role=role)
        return Business(tenant, Shop.objects.create(tenant=tenant, slug=slug, name=f"{slug}.dk"))


def signed_in(user: User) -> Client:
    """A browser in which `user` has signed in."""
    browser = Client()
    browser.force_login(user)
    return browser


def _user(name: str) -> User:
    # Hashing with argon2 costs a quarter of a second per user, and these sign in without a password.
    user = User(email=f"{name.split()[0].lower()}@example.dk", name=name)
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
