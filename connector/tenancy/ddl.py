"""What migrations say to PostgreSQL about tenants: row-level security, references within one tenant, grants."""

from __future__ import annotations

from django.conf import settings
from django.db import connections
from django.db.migrations import RunSQL


def guard(table: str) -> RunSQL:
    """Let the application role see only the rows of the tenant that `tenancy.scope` has set."""
    mine = "tenant_id = (SELECT nullif(current_setting('app.tenant', true), '')::bigint)"
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY one_tenant ON {table} USING ({mine}) WITH CHECK ({mine});",
        f"DROP POLICY one_tenant ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def same_tenant(table: str, column: str, parent: str) -> RunSQL:
    """Let `column` point only at a row of the same tenant: a plain foreign key passes under row-level security."""
    name = f"{table}_{column}_same_tenant"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column}) "
        f"REFERENCES {parent} (tenant_id, id) DEFERRABLE INITIALLY DEFERRED;",
        f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


def grant_to_application_role(using: str) -> None:
    """Give the application role its rows, and nothing that changes the tables. Repeated after every migration."""
    role = settings.DATABASES["default"].get("USER")
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user")
        if not role or cursor.fetchone()[0] == role:
            return
        quoted = connections[using].ops.quote_name(role)
        for grant in (
            "USAGE ON SCHEMA public",
            "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public",
            "USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public",
            "EXECUTE ON ALL FUNCTIONS IN SCHEMA public",
        ):
            cursor.execute(f"GRANT {grant} TO {quoted}")
