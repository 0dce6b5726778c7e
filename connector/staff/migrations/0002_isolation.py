from django.db import migrations

from connector.tenancy.ddl import guard, same_tenant

IS_STAFF = "EXISTS (SELECT 1 FROM tenancy_user WHERE id = staff AND is_staff AND is_active)"
"""Asked in the database too: a page that forgets to ask shows nothing."""

INDEXES = (
    ("staff_job_number", "sync_syncjob (order_number) WHERE order_number <> ''"),
    ("staff_job_order", "sync_syncjob (order_id)"),
    ("staff_job_document", "sync_syncjob (document_number) WHERE document_number <> ''"),
    ("staff_job_ours", "sync_syncjob (id) WHERE state = 'needs_us'"),
    ("staff_attempt_reason", "sync_syncattempt (reason, id) WHERE reason <> ''"),
    ("staff_attempt_ref", "sync_syncattempt ((facts ->> 'ref')) WHERE facts ? 'ref'"),
)

# Within a text of PL/pgSQL, so that its quotes are doubled.
NUMBERED = """
    SELECT id FROM sync_syncjob WHERE order_number = $1 AND order_number <> ''''
    UNION SELECT id FROM sync_syncjob WHERE order_id = $1
    UNION SELECT id FROM sync_syncjob WHERE document_number = $1 AND document_number <> ''''
"""

LOG = f"""
CREATE FUNCTION connector_staff_log(
    staff bigint, number text, code text, ref text, words text, since timestamptz, before bigint, most int
) RETURNS TABLE (tenant_id bigint, job_id bigint, attempt_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $body$
DECLARE
    wanted text := 'SELECT a.tenant_id, a.job_id, a.id FROM sync_syncattempt a WHERE a.started_at >= $5';
BEGIN
    IF NOT {IS_STAFF} THEN RETURN; END IF;
    -- Only what is asked for stands in the question, so that its own index answers it.
    IF number <> '' THEN wanted := wanted || ' AND a.job_id IN ({NUMBERED})'; END IF;
    IF code <> '' THEN wanted := wanted || ' AND a.reason = $2'; END IF;
    IF ref <> '' THEN
        wanted := wanted || ' AND a.facts ? ''ref'' AND $3 = ANY (string_to_array(a.facts ->> ''ref'', '', ''))';
    END IF;
    IF words <> '' THEN
        wanted := wanted || ' AND a.shop_id IN (SELECT s.id FROM shops_shop s JOIN tenancy_tenant t '
            || 'ON t.id = s.tenant_id WHERE strpos(lower(s.name || '' '' || s.slug || '' '' || t.name), $4) > 0)';
    END IF;
    IF before IS NOT NULL THEN wanted := wanted || ' AND a.id < $6'; END IF;
    RETURN QUERY EXECUTE wanted || ' ORDER BY a.id DESC LIMIT $7'
        USING number, code, ref, lower(words), since, before, most;
END $body$
"""
UNTRIED = f"""
CREATE FUNCTION connector_staff_untried(staff bigint, number text, most int)
RETURNS TABLE (tenant_id bigint, job_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT tenant_id, id FROM sync_syncjob job
    WHERE {IS_STAFF} AND (order_number = number OR order_id = number)
      AND NOT EXISTS (SELECT 1 FROM sync_syncattempt tried WHERE tried.job_id = job.id)
    ORDER BY id DESC LIMIT most
$$
"""
HITS = f"""
CREATE FUNCTION connector_staff_hits(staff bigint, code text, since timestamptz, most int)
RETURNS TABLE (times bigint, businesses bigint, first_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT count(*), count(DISTINCT tenant_id), min(started_at) FROM (
        SELECT tenant_id, started_at FROM sync_syncattempt
        WHERE {IS_STAFF} AND reason = code AND started_at >= since ORDER BY id DESC LIMIT most
    ) newest
$$
"""
OURS = f"""
CREATE FUNCTION connector_staff_ours(staff bigint, most int) RETURNS TABLE (tenant_id bigint, job_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT tenant_id, id FROM sync_syncjob WHERE state = 'needs_us' AND {IS_STAFF} ORDER BY id LIMIT most
$$
"""
STUCK = f"""
CREATE FUNCTION connector_staff_stuck(staff bigint, late timestamptz, most int)
RETURNS TABLE (what text, tenant_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    (SELECT 'channel', tenant_id, id FROM sync_channel
     WHERE next_at <= late AND (paused_until IS NULL OR paused_until <= late)
       AND (lease_until IS NULL OR lease_until <= late) AND {IS_STAFF}
     ORDER BY next_at LIMIT most)
    UNION ALL
    (SELECT 'shop', tenant_id, id FROM shops_shop
     WHERE is_connected AND next_poll_at <= late AND {IS_STAFF} ORDER BY next_poll_at LIMIT most)
$$
"""
BUSINESSES = f"""
CREATE FUNCTION connector_staff_businesses(staff bigint, words text, most int) RETURNS TABLE (tenant_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT t.id FROM tenancy_tenant t WHERE {IS_STAFF} AND (
        strpos(lower(t.name), lower(words)) > 0
        OR EXISTS (SELECT 1 FROM shops_shop s
                   WHERE s.tenant_id = t.id AND strpos(lower(s.name || ' ' || s.slug), lower(words)) > 0)
    ) ORDER BY t.name, t.id LIMIT most
$$
"""
LOOK = f"""
CREATE FUNCTION connector_staff_look(staff bigint, of_slug text, at timestamptz)
RETURNS TABLE (tenant_id bigint, shop_id bigint, look_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT shop.tenant_id, shop.id, look.id FROM shops_shop shop JOIN staff_look look USING (tenant_id)
    WHERE shop.slug = of_slug AND look.user_id = staff AND look.ends_at > at AND look.ended_at IS NULL AND {IS_STAFF}
    ORDER BY look.id DESC LIMIT 1
$$
"""


def _index(name: str, on: str) -> migrations.RunSQL:
    return migrations.RunSQL(f"CREATE INDEX {name} ON {on}", f"DROP INDEX {name}")


class Migration(migrations.Migration):
    """Visits are the visited business's own rows; what support asks across businesses returns ids and counts."""

    dependencies = [
        ("staff", "0001_initial"),
        ("sync", "0008_nightly"),
        ("shops", "0002_isolation"),
        ("tenancy", "0002_isolation"),
    ]
    operations = [
        guard("staff_look"),
        guard("staff_lookedpage"),
        same_tenant("staff_lookedpage", "look_id", "staff_look"),
        *(_index(name, on) for name, on in INDEXES),
        migrations.RunSQL(
            LOG, "DROP FUNCTION connector_staff_log(bigint, text, text, text, text, timestamptz, bigint, int)"
        ),
        migrations.RunSQL(UNTRIED, "DROP FUNCTION connector_staff_untried(bigint, text, int)"),
        migrations.RunSQL(HITS, "DROP FUNCTION connector_staff_hits(bigint, text, timestamptz, int)"),
        migrations.RunSQL(OURS, "DROP FUNCTION connector_staff_ours(bigint, int)"),
        migrations.RunSQL(STUCK, "DROP FUNCTION connector_staff_stuck(bigint, timestamptz, int)"),
        migrations.RunSQL(BUSINESSES, "DROP FUNCTION connector_staff_businesses(bigint, text, int)"),
        migrations.RunSQL(LOOK, "DROP FUNCTION connector_staff_look(bigint, text, timestamptz)"),
    ]
