from django.db import migrations

CLIENTS = """
CREATE OR REPLACE FUNCTION connector_clients(of_user bigint, placed_from timestamptz, most integer)
RETURNS TABLE (
    tenant_id bigint, business varchar, role varchar, slug varchar, shop varchar, currency varchar,
    is_connected boolean, is_lost boolean, done bigint, waiting bigint, needs_you bigint, not_meant bigint,
    needs_us bigint, difference numeric, oldest timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT t.id, t.name, m.role, s.slug, s.name, s.currency, s.is_connected,
        EXISTS (
            SELECT 1 FROM sync_integration i JOIN accounting_connection c ON c.id = i.connection_id
            WHERE i.shop_id = s.id AND i.is_active AND c.status = 'revoked'
        ),
        counted.done, counted.waiting, counted.needs_you, counted.not_meant, counted.needs_us,
        counted.difference, stopped.oldest
    FROM tenancy_membership m
    JOIN tenancy_tenant t ON t.id = m.tenant_id
    LEFT JOIN shops_shop s ON s.tenant_id = m.tenant_id
    LEFT JOIN LATERAL (
        SELECT
            count(*) FILTER (WHERE j.state = 'done') AS done,
            count(*) FILTER (WHERE j.state = 'waiting') AS waiting,
            count(*) FILTER (WHERE j.state = 'needs_you') AS needs_you,
            count(*) FILTER (WHERE j.state = 'not_meant') AS not_meant,
            count(*) FILTER (WHERE j.state = 'needs_us') AS needs_us,
            coalesce(sum(j.total - j.document_total) FILTER (WHERE j.state = 'done' AND j.currency = s.currency), 0)
                AS difference
        FROM unnest(ARRAY['done', 'waiting', 'needs_you', 'not_meant', 'needs_us']) AS of_state (name)
        CROSS JOIN LATERAL (
            SELECT n.state, n.total, n.document_total, n.currency, coalesce(n.placed_at, n.created_at) AS placed
            FROM sync_syncjob n
            WHERE n.shop_id = s.id AND n.state = of_state.name
                AND (n.kind = 'invoice' OR n.state NOT IN ('done', 'not_meant'))
            ORDER BY n.id DESC LIMIT most
        ) j
        WHERE j.state NOT IN ('done', 'not_meant') OR j.placed >= placed_from
    ) counted ON s.id IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT min(coalesce(o.closed_at, o.created_at)) AS oldest FROM (
            SELECT n.closed_at, n.created_at FROM sync_syncjob n
            WHERE n.shop_id = s.id AND n.state = 'needs_you'
            ORDER BY n.id LIMIT most
        ) o
    ) stopped ON s.id IS NOT NULL
    WHERE m.user_id = of_user
    ORDER BY t.name, t.id, s.name, s.id
$$
"""


class Migration(migrations.Migration):
    """A business whose credit note needs somebody needs somebody; what is done is counted in orders, as before."""

    dependencies = [("tenancy", "0006_posted_answers"), ("sync", "0011_credit_notes")]
    operations = [migrations.RunSQL(CLIENTS, migrations.RunSQL.noop)]
