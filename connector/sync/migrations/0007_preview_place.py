from django.db import migrations, models


class Migration(migrations.Migration):
    """Where a preview's listing of the shop's orders goes on."""

    dependencies = [("sync", "0006_previews")]

    operations = [
        migrations.AddField(
            model_name="preview",
            name="place",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
