from django.db import migrations, models


class Migration(migrations.Migration):
    """How many of a period's last orders a preview looks at."""

    dependencies = [("sync", "0008_nightly")]

    operations = [
        migrations.AddField(
            model_name="preview",
            name="newest",
            field=models.SmallIntegerField(blank=True, null=True),
        ),
    ]
