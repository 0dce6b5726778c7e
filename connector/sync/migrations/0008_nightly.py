import django.contrib.postgres.indexes
from django.db import migrations, models

FORGET_BODIES = """
CREATE FUNCTION connector_forget_bodies(most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    WITH gone AS (
        DELETE FROM sync_inboxbody WHERE id IN (
            SELECT id FROM sync_inboxbody WHERE received_at < clock_timestamp() - interval '30 days' LIMIT most
        ) RETURNING 1
    ) SELECT count(*) FROM gone
$$
"""
FORGET_HANDSHAKES = """
CREATE FUNCTION connector_forget_handshakes(most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    WITH gone AS (
        DELETE FROM tenancy_handshake WHERE id IN (
            SELECT id FROM tenancy_handshake
            WHERE expires_at < clock_timestamp() - interval '1 day'
               OR (used_at IS NOT NULL AND expires_at < clock_timestamp())
            LIMIT most
        ) RETURNING 1
    ) SELECT count(*) FROM gone
$$
"""
BOOKS_DUE = """
CREATE FUNCTION connector_books_due(at timestamptz, most int) RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT lane.tenant_id, lane.connection_id FROM sync_channel lane
    JOIN accounting_connection books ON books.id = lane.connection_id AND books.status = 'connected'
    WHERE lane.next_look_at IS NULL OR lane.next_look_at <= at
    ORDER BY lane.next_look_at NULLS FIRST LIMIT most
$$
"""


class Migration(migrations.Migration):
    """The night's work: what is deleted after its time, in every tenant and never before it; whose books are read."""

    dependencies = [
        ("sync", "0007_preview_place"),
        ("tenancy", "0002_isolation"),
        ("accounting", "0004_closing_and_learnt"),
    ]
    operations = [
        migrations.CreateModel(
            name="Chore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True)),
                ("next_at", models.DateTimeField()),
                ("held_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField("channel", "next_look_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "inboxbody",
            django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=["received_at"], name="body_by_time"),
        ),
        migrations.RunSQL(FORGET_BODIES, "DROP FUNCTION connector_forget_bodies(int)"),
        migrations.RunSQL(FORGET_HANDSHAKES, "DROP FUNCTION connector_forget_handshakes(int)"),
        migrations.RunSQL(BOOKS_DUE, "DROP FUNCTION connector_books_due(timestamptz, int)"),
    ]
