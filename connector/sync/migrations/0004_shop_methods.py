import django.db.models.deletion
from django.db import migrations, models

from connector.tenancy.ddl import guard, same_tenant


class Migration(migrations.Migration):
    """The payment and shipping methods of every shop, each tenant's own."""

    dependencies = [("sync", "0003_job_by_number"), ("shops", "0003_method_lists")]
    operations = [
        migrations.CreateModel(
            name="ShopMethod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("payment", "Payment"), ("shipping", "Shipping")], max_length=10)),
                ("key", models.CharField(max_length=60)),
                ("platform_id", models.CharField(blank=True, max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("first_seen", models.DateTimeField()),
                ("last_used", models.DateTimeField(blank=True, null=True)),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                ("is_new", models.BooleanField(default=False)),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="methods", to="shops.shop"
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
                    models.UniqueConstraint(fields=("tenant", "id"), name="method_of_tenant"),
                    models.UniqueConstraint(fields=("shop", "kind", "key"), name="one_method"),
                ]
            },
        ),
        guard("sync_shopmethod"),
        same_tenant("sync_shopmethod", "shop_id", "shops_shop"),
    ]
