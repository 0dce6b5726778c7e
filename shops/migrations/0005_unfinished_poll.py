from django.db import migrations, models


class Migration(migrations.Migration):
    """Where a listing of changes goes on that was too long for one poll."""

    dependencies = [("shops", "0004_poll_and_methods")]
    operations = [migrations.AddField("shop", "unfinished_poll", models.JSONField(blank=True, default=dict))]
