from django.db import migrations, models

KEEP = """
CREATE FUNCTION connector_keep_answer(of_purpose varchar, of_state varchar, sealed text, at timestamptz)
RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
    UPDATE tenancy_handshake SET answer = '' WHERE answer <> '' AND answered_at <= at - interval '60 seconds';
    WITH kept AS (
        UPDATE tenancy_handshake SET answer = sealed, answered_at = at
        WHERE state_hash = of_state AND purpose = of_purpose
            AND used_at IS NULL AND expires_at > at AND answer = ''
        RETURNING 1
    )
    SELECT EXISTS (SELECT 1 FROM kept)
$$
"""


class Migration(migrations.Migration):
    """An answer that another site's page posts finds its sign-in by the state alone: no session comes with it."""

    dependencies = [("tenancy", "0005_clients")]
    operations = [
        migrations.AddField("handshake", "answer", models.TextField(blank=True, default="")),
        migrations.AddField("handshake", "answered_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(KEEP, "DROP FUNCTION connector_keep_answer(varchar, varchar, text, timestamptz)"),
    ]
