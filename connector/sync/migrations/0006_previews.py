import django.db.models.deletion
from django.db import migrations, models

from connector.tenancy.ddl import guard, same_tenant

REFERENCES = (
    ("preview", "shop_id", "shops_shop"),
    ("preview", "integration_id", "sync_integration"),
    ("preview", "settings_id", "sync_settingsversion"),
    ("previeworder", "preview_id", "sync_preview"),
    ("previeworder", "job_id", "sync_syncjob"),
)


class Migration(migrations.Migration):
    """Previews with their orders, each tenant's own; jobs that end as drafts."""

    dependencies = [
        ("shops", "0003_method_lists"),
        ("sync", "0005_pause"),
        ("tenancy", "0002_isolation"),
    ]

    operations = [
        migrations.AddField(
            model_name="syncjob",
            name="is_draft_only",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="Preview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("values", models.JSONField()),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("is_listed", models.BooleanField(default=False)),
                ("is_cut", models.BooleanField(default=False)),
                ("trouble", models.JSONField(blank=True, default=dict)),
                ("made_by", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "integration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sync.integration"
                    ),
                ),
                (
                    "settings",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="sync.settingsversion",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="previews", to="shops.shop"
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenancy.tenant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PreviewOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order_id", models.CharField(max_length=40)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("unread", "Unread"),
                            ("becomes", "Becomes"),
                            ("stops", "Stops"),
                            ("not_meant", "Not Meant"),
                            ("outside", "Outside"),
                        ],
                        default="unread",
                        max_length=10,
                    ),
                ),
                ("is_there", models.BooleanField(default=False)),
                ("order_number", models.CharField(blank=True, max_length=60)),
                ("customer_name", models.CharField(blank=True, max_length=250)),
                ("placed_at", models.DateTimeField(blank=True, null=True)),
                ("total", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("document", models.JSONField(blank=True, null=True)),
                ("dated", models.DateField(blank=True, null=True)),
                ("rates", models.JSONField(blank=True, default=dict)),
                ("missing", models.JSONField(blank=True, default=list)),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="previewed",
                        to="sync.syncjob",
                    ),
                ),
                (
                    "preview",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="orders", to="sync.preview"
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenancy.tenant"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="preview",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="preview_of_tenant"),
        ),
        migrations.AddIndex(
            model_name="previeworder",
            index=models.Index(fields=["preview", "outcome"], name="preview_by_outcome"),
        ),
        migrations.AddConstraint(
            model_name="previeworder",
            constraint=models.UniqueConstraint(fields=("preview", "order_id"), name="order_once_in_preview"),
        ),
        guard("sync_preview"),
        guard("sync_previeworder"),
        *(same_tenant(f"sync_{table}", column, parent) for table, column, parent in REFERENCES),
    ]
