from django.db import migrations

from connector.tenancy.ddl import guard

BY_CODE = """
CREATE FUNCTION connector_shop_by_code(of_code varchar) RETURNS TABLE (tenant_id bigint, shop_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT tenant_id, id FROM shops_shop WHERE code = of_code
$$
"""
OF_USER = """
CREATE FUNCTION connector_shop_of(of_user bigint, of_slug varchar)
RETURNS TABLE (tenant_id bigint, shop_id bigint, role varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT s.tenant_id, s.id, m.role FROM shops_shop s
    JOIN tenancy_membership m ON m.tenant_id = s.tenant_id AND m.user_id = of_user
    WHERE s.slug = of_slug
$$
"""


class Migration(migrations.Migration):
    """Row-level security, and the two look-ups that come before a scope: by webhook code, and by user and address."""

    dependencies = [("shops", "0001_initial"), ("tenancy", "0002_isolation")]
    operations = [
        guard("shops_shop"),
        migrations.RunSQL(BY_CODE, "DROP FUNCTION connector_shop_by_code(varchar)"),
        migrations.RunSQL(OF_USER, "DROP FUNCTION connector_shop_of(bigint, varchar)"),
    ]
