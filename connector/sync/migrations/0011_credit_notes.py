import django.db.models.deletion
from django.db import migrations, models

from connector.tenancy.ddl import guard, same_tenant

REFERENCES = (
    ("syncjob", "original_id", "sync_syncjob"),
    ("syncjob", "replaces_id", "sync_syncjob"),
    ("creditnote", "shop_id", "shops_shop"),
    ("creditnote", "job_id", "sync_syncjob"),
    ("creditnote", "original_id", "sync_syncjob"),
    ("noteseries", "shop_id", "shops_shop"),
)


class Migration(migrations.Migration):
    """Credit notes with their series of numbers, each tenant's own, and what they credit."""

    dependencies = [
        ("shops", "0005_unfinished_poll"),
        ("sync", "0010_job_by_placed"),
        ("tenancy", "0006_posted_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name='syncjob',
            name='is_standalone',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='syncjob',
            name='is_withdrawn',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='syncjob',
            name='original',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='credits', to='sync.syncjob'),
        ),
        migrations.AddField(
            model_name='syncjob',
            name='replaces',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='replaced_by', to='sync.syncjob'),
        ),
        migrations.CreateModel(
            name='NoteSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last', models.IntegerField(default=0)),
                ('shop', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='note_series', to='shops.shop')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CreditNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('origin', models.CharField(choices=[('here', 'Here'), ('shop', 'Shop')], max_length=10)),
                ('text', models.CharField(blank=True, max_length=250)),
                ('wish', models.JSONField(blank=True, default=dict)),
                ('credited', models.JSONField(blank=True, default=list)),
                ('total', models.DecimalField(decimal_places=2, max_digits=14)),
                ('currency', models.CharField(max_length=3)),
                ('refund', models.CharField(choices=[('register', 'Register'), ('open', 'Open')], default='register', max_length=10)),
                ('refunded_at', models.DateTimeField(blank=True, null=True)),
                ('refunded_by', models.CharField(blank=True, max_length=200)),
                ('made_by', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='note_row', to='sync.syncjob')),
                ('original', models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='credit_notes', to='sync.syncjob')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='credit_notes', to='shops.shop')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['original', 'number'], name='notes_of_invoice')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='note_of_tenant'), models.UniqueConstraint(fields=('shop', 'number'), name='notes_numbered')],
            },
        ),
        migrations.AddIndex(
            model_name="syncjob",
            index=models.Index(
                condition=models.Q(("kind", "credit"), ("original", None)), fields=["shop"], name="credit_unplaced"
            ),
        ),
        guard("sync_creditnote"),
        guard("sync_noteseries"),
        *(same_tenant(f"sync_{table}", column, parent) for table, column, parent in REFERENCES),
    ]
