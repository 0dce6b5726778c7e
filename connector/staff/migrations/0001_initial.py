
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenancy', '0002_isolation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=200)),
                ('why', models.CharField(max_length=300)),
                ('begun_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LookedPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=300)),
                ('times', models.IntegerField(default=1)),
                ('at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('look', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='staff.look')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ServiceMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('da', models.CharField(max_length=300)),
                ('nb', models.CharField(max_length=300)),
                ('en', models.CharField(max_length=300)),
                ('audience', models.CharField(choices=[('everybody', 'Everybody'), ('provider', 'Users of a financial system'), ('shop', 'Users of a shop system'), ('reason', 'Those whose orders a reason holds now')], default='everybody', max_length=10)),
                ('about', models.CharField(blank=True, max_length=60)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'indexes': [models.Index(fields=['ends_at'], name='message_by_end')],
            },
        ),
        migrations.CreateModel(
            name='StaffEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=200)),
                ('what', models.CharField(max_length=60)),
                ('business', models.BigIntegerField(blank=True, null=True)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='look',
            index=models.Index(fields=['user', 'ends_at'], name='look_by_user'),
        ),
        migrations.AddConstraint(
            model_name='look',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='look_of_tenant'),
        ),
        migrations.AddIndex(
            model_name='staffentry',
            index=models.Index(fields=['business', '-id'], name='entry_of_business'),
        ),
    ]
