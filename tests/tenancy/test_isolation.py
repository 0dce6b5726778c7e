"""One tenant never sees another: held by the database, not by care in the views."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_scopes
import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.utils import timezone
from django_scopes.exceptions import ScopeError

from accounting.models import Connection
from connector.sync.models import Integration, SettingsVersion, SyncJob
from connector.tenancy.access import entries, entry_by_slug
from connector.tenancy.models import Handshake, Membership, Role, TenantModel
from connector.tenancy.scope import scope
from shops.models import Shop
from tests.people import People, make_people


def names(model: type[models.Model]) -> str:
    return model._meta.db_table


TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]
FILLED = [names(model) for model in (Shop, Membership, Handshake, Connection, Integration, SettingsVersion, SyncJob)]


@pytest.fixture
def people(db_clean: None) -> People:
    return make_people()


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def tables_with_a_tenant() -> list[str]:
    """Every table of the database that has a tenant_id, whatever Django knows of it."""
    found = rows("SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id'")
    return sorted({name for (name,) in found})


def references_to_tenant_tables() -> Iterator[tuple[str, str, str]]:
    """Table, column and target of every reference from one tenant's row to another row of a tenant."""
    for model in TENANT_MODELS:
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and issubclass(field.related_model, TenantModel):
                yield names(model), field.column, names(field.related_model)


# --- the role, and what it sees ------------------------------------------------------------------------------------
def test_the_application_is_held_by_row_level_security(db_clean: None) -> None:
    [(is_super, may_bypass, makes_tables)] = rows(
        "SELECT rolsuper, rolbypassrls, has_schema_privilege(current_user, 'public', 'CREATE') "
        "FROM pg_roles WHERE rolname = current_user"
    )
    assert not is_super
    assert not may_bypass
    assert not makes_tables
    with pytest.raises(ProgrammingError):
        rows("CREATE TABLE mine (id int)")


def test_every_table_with_a_tenant_has_a_policy(db_clean: None) -> None:
    guarded = {
        table
        for (table,) in rows(
            "SELECT p.tablename FROM pg_policies p JOIN pg_class c ON c.relname = p.tablename "
            "WHERE c.relrowsecurity AND p.cmd = 'ALL' AND p.qual LIKE '%%app.tenant%%' "
            "AND p.with_check LIKE '%%app.tenant%%'"
        )
    }
    assert set(tables_with_a_tenant()) == guarded
    assert guarded >= {names(model) for model in TENANT_MODELS}
    assert len(guarded) >= 14


def test_every_reference_between_tenant_rows_is_held_within_the_tenant(db_clean: None) -> None:
    held = set(
        rows(
            """
            SELECT c.conrelid::regclass::text, target.attname, c.confrelid::regclass::text
            FROM pg_constraint c
            JOIN pg_attribute tenant ON tenant.attrelid = c.conrelid AND tenant.attnum = c.conkey[1]
            JOIN pg_attribute target ON target.attrelid = c.conrelid AND target.attnum = c.conkey[2]
            WHERE c.contype = 'f' AND cardinality(c.conkey) = 2 AND tenant.attname = 'tenant_id'
            """
        )
    )
    wanted = set(references_to_tenant_tables())
    assert len(wanted) >= 15
    assert wanted - held == set()


@pytest.mark.parametrize("table", FILLED)
def test_without_a_tenant_there_are_no_rows(people: People, table: str) -> None:
    fill(people)
    with scope(people.nordlys.tenant.pk):
        assert rows(f"SELECT count(*) > 0 FROM {table}") == [(True,)]
    assert rows(f"SELECT count(*) FROM {table}") == [(0,)]
    with transaction.atomic():
        rows("SELECT set_config('app.tenant', %s, true)", str(people.elsewhere.tenant.pk))
        assert rows(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", people.nordlys.tenant.pk) == [(0,)]


def test_the_tenant_does_not_outlive_its_transaction(people: People) -> None:
    with scope(people.nordlys.tenant.pk):
        assert rows("SELECT count(*) FROM shops_shop") == [(1,)]
    assert rows("SELECT count(*) FROM shops_shop") == [(0,)]
    assert rows("SELECT coalesce(current_setting('app.tenant', true), '')") == [("",)]


def test_the_managers_raise_outside_a_scope(people: People) -> None:
    for model in TENANT_MODELS:
        with pytest.raises(ScopeError):
            model.objects.count()


def test_a_scope_shows_only_its_own_rows(people: People) -> None:
    with scope(people.elsewhere.tenant.pk):
        assert [shop.slug for shop in Shop.objects.all()] == ["andetsteds"]
        with pytest.raises(Shop.DoesNotExist):
            Shop.objects.get(pk=people.nordlys.shop.pk)


# --- writing across ------------------------------------------------------------------------------------------------
def test_a_row_cannot_be_made_for_another_tenant(people: People) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), scope(people.elsewhere.tenant.pk):
        Shop.objects.create(tenant=people.nordlys.tenant, slug="planted", name="Planted")


def test_a_row_cannot_be_moved_to_another_tenant(people: People) -> None:
    shop = people.elsewhere.shop
    shop.tenant = people.nordlys.tenant
    with pytest.raises(ProgrammingError, match="row-level security"), scope(people.elsewhere.tenant.pk):
        shop.save()


def test_rows_of_another_tenant_are_neither_changed_nor_deleted(people: People) -> None:
    theirs = people.nordlys.shop.pk
    with scope(people.elsewhere.tenant.pk), django_scopes.scopes_disabled():
        assert Shop.objects.filter(pk=theirs).update(name="Taken over") == 0
        assert Shop.objects.filter(pk=theirs).delete()[0] == 0
    with scope(people.nordlys.tenant.pk):
        assert Shop.objects.get().name == "nordlys.dk"


def test_a_reference_to_another_tenants_row_is_refused(people: People) -> None:
    """A plain foreign key would pass: row-level security does not look at what it points to."""
    tenant = people.elsewhere.tenant
    with scope(tenant.pk):
        own = Connection.objects.create(tenant=tenant, provider="economic")
    with pytest.raises(IntegrityError, match="same_tenant"), scope(tenant.pk):
        Integration.objects.create(tenant=tenant, shop_id=people.nordlys.shop.pk, connection=own)


# --- who may enter -------------------------------------------------------------------------------------------------
def test_the_door_opens_by_membership(people: People) -> None:
    assert [(entry.tenant_id, entry.role) for entry in entries(people.bo.pk)] == [
        (people.nordlys.tenant.pk, Role.BOOKKEEPER)
    ]
    opened = entry_by_slug(people.lis.pk, "nordlys")
    assert opened is not None
    assert opened[1] == people.nordlys.shop.pk
    assert not opened[0].may_change
    assert entry_by_slug(people.mallory.pk, "nordlys") is None
    assert entry_by_slug(people.anna.pk, "no-such-shop") is None


def test_the_role_decides_who_may_change(people: People) -> None:
    allowed = {user: entry_by_slug(user.pk, "nordlys") for user in (people.anna, people.bo, people.lis)}
    assert [bool(entry and entry[0].may_change) for entry in allowed.values()] == [True, True, False]


def fill(people: People) -> None:
    """At least one row of Nordlys in the tables that matter most."""
    tenant = people.nordlys.tenant
    with scope(tenant.pk):
        connected = Connection.objects.create(tenant=tenant, provider="economic")
        tied = Integration.objects.create(tenant=tenant, shop=people.nordlys.shop, connection=connected)
        SettingsVersion.objects.create(tenant=tenant, integration=tied, number=1, values={}, saved_by="Anna Berg")
        SyncJob.objects.create(tenant=tenant, shop=people.nordlys.shop, key="invoice:shoporama:1:1", order_id="1")
        Handshake.objects.create(
            tenant=tenant,
            user=people.anna,
            purpose="accounting:economic",
            target=connected.pk,
            state_hash="0" * 64,
            session_hash="1" * 64,
            expires_at=timezone.now(),
        )
        assert Membership.objects.count() == 3
