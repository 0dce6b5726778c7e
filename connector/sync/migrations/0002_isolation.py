from django.db import migrations

from connector.tenancy.ddl import guard, same_tenant

TABLES = (
    "integration",
    "settingsversion",
    "channel",
    "syncjob",
    "syncstep",
    "syncattempt",
    "binding",
    "inboxevent",
    "inboxbody",
    "activityentry",
)
REFERENCES = (
    ("integration", "shop_id", "shops_shop"),
    ("integration", "connection_id", "accounting_connection"),
    ("integration", "settings_id", "sync_settingsversion"),
    ("integration", "first_job_id", "sync_syncjob"),
    ("settingsversion", "integration_id", "sync_integration"),
    ("channel", "connection_id", "accounting_connection"),
    ("syncjob", "shop_id", "shops_shop"),
    ("syncjob", "integration_id", "sync_integration"),
    ("syncjob", "channel_id", "sync_channel"),
    ("syncjob", "settings_id", "sync_settingsversion"),
    ("syncstep", "job_id", "sync_syncjob"),
    ("syncattempt", "job_id", "sync_syncjob"),
    ("syncattempt", "shop_id", "shops_shop"),
    ("binding", "connection_id", "accounting_connection"),
    ("inboxevent", "shop_id", "shops_shop"),
    ("inboxbody", "event_id", "sync_inboxevent"),
    ("activityentry", "shop_id", "shops_shop"),
    ("activityentry", "job_id", "sync_syncjob"),
)
DUE = """
CREATE FUNCTION connector_due(at timestamptz, most int) RETURNS TABLE (what text, tenant_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    (SELECT 'channel', tenant_id, id FROM sync_channel
     WHERE next_at <= at AND (paused_until IS NULL OR paused_until <= at)
       AND (lease_until IS NULL OR lease_until <= at)
     ORDER BY next_at LIMIT most)
    UNION ALL
    (SELECT 'shop', tenant_id, id FROM shops_shop
     WHERE is_connected AND next_poll_at <= at ORDER BY next_poll_at LIMIT most)
$$
"""

FREE_LEASES = """
CREATE FUNCTION connector_free_leases(of_holder varchar) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    WITH freed AS (
        UPDATE sync_channel SET lease_until = NULL WHERE holder = of_holder AND lease_until IS NOT NULL RETURNING 1
    ) SELECT count(*) FROM freed
$$
"""


class Migration(migrations.Migration):
    """Row-level security, references within one tenant, and the look-up of what is due."""

    dependencies = [("sync", "0001_initial"), ("shops", "0002_isolation"), ("accounting", "0002_isolation")]
    operations = [
        *(guard(f"sync_{table}") for table in TABLES),
        *(same_tenant(f"sync_{table}", column, parent) for table, column, parent in REFERENCES),
        migrations.RunSQL(DUE, "DROP FUNCTION connector_due(timestamptz, int)"),
        migrations.RunSQL(FREE_LEASES, "DROP FUNCTION connector_free_leases(varchar)"),
    ]
