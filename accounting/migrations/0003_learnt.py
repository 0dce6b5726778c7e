from django.db import migrations, models


class Migration(migrations.Migration):
    """What a connection's books were seen to do."""

    dependencies = [("accounting", "0002_isolation")]
    operations = [
        migrations.AddField(
            model_name="connection",
            name="learnt",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
