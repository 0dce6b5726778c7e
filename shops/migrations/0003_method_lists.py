from django.db import migrations, models


class Migration(migrations.Migration):
    """When the shop last listed its payment and shipping methods, and when to ask again."""

    dependencies = [("shops", "0002_isolation")]
    operations = [
        migrations.AddField("shop", "methods_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("shop", "next_methods_at", models.DateTimeField(blank=True, null=True)),
    ]
