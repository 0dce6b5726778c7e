"""Join what was learnt of the books and the closing of books that are left."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("accounting", "0003_closing"), ("accounting", "0003_learnt"))
    operations = ()
