from django.db import migrations, models


class Migration(migrations.Migration):
    """What a person chooses for the pages: their colours, and whether single keys do something."""

    dependencies = [("tenancy", "0002_isolation")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="theme",
            field=models.CharField(
                choices=[("system", "As the device"), ("light", "Light"), ("dark", "Dark")],
                default="system",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="has_shortcuts",
            field=models.BooleanField(default=True),
        ),
    ]
