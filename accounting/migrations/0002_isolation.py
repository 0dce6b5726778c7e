from django.db import migrations

from connector.tenancy.ddl import guard


class Migration(migrations.Migration):
    """Row-level security."""

    dependencies = [("accounting", "0001_initial"), ("tenancy", "0002_isolation")]
    operations = [guard("accounting_connection")]
