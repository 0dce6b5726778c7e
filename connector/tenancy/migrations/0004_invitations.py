import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from connector.tenancy.ddl import guard

BY_TOKEN = """
CREATE FUNCTION connector_invitation(of_hash varchar) RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT i.tenant_id, i.id FROM tenancy_invitation i WHERE i.token_hash = of_hash
$$
"""
OF_USER = """
CREATE FUNCTION connector_shops(of_user bigint)
RETURNS TABLE (tenant_id bigint, business varchar, slug varchar, shop varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT t.id, t.name, s.slug, s.name
    FROM tenancy_membership m
    JOIN tenancy_tenant t ON t.id = m.tenant_id
    JOIN shops_shop s ON s.tenant_id = m.tenant_id
    WHERE m.user_id = of_user
    ORDER BY t.name, t.id, s.name, s.id
$$
"""


class Migration(migrations.Migration):
    """Inviting people; and the two look-ups before a scope: an invitation by its link, a user's shops by the user."""

    dependencies = [("tenancy", "0003_user_choices"), ("shops", "0002_isolation")]
    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[("owner", "Owner"), ("bookkeeper", "Bookkeeper"), ("reader", "Reader")], max_length=20
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("invited_by_name", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenancy.tenant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at__isnull", True), ("revoked_at__isnull", True)),
                        fields=("tenant", "email"),
                        name="one_open_invitation_per_address",
                    )
                ],
            },
        ),
        guard("tenancy_invitation"),
        migrations.RunSQL(BY_TOKEN, "DROP FUNCTION connector_invitation(varchar)"),
        migrations.RunSQL(OF_USER, "DROP FUNCTION connector_shops(bigint)"),
    ]
