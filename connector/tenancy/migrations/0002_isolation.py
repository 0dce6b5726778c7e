from django.db import migrations

from connector.tenancy.ddl import guard

MEMBERSHIPS = """
CREATE FUNCTION connector_memberships(of_user bigint) RETURNS TABLE (tenant_id bigint, role varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT tenant_id, role FROM tenancy_membership WHERE user_id = of_user ORDER BY tenant_id
$$
"""


class Migration(migrations.Migration):
    """One tenant never sees another's rows; a user's own memberships are asked for by user."""

    dependencies = [("tenancy", "0001_initial")]
    operations = [
        guard("tenancy_membership"),
        guard("tenancy_handshake"),
        migrations.RunSQL(MEMBERSHIPS, "DROP FUNCTION connector_memberships(bigint)"),
    ]
