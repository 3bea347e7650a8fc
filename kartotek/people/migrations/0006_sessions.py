"""From which devices people are signed in."""

import django.db.models.deletion
import kartotek.core.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_roles'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', kartotek.core.fields.UidField(unique=True)),
                ('key', models.CharField(max_length=40, unique=True)),
                ('made_at', models.DateTimeField()),
                ('used_at', models.DateTimeField()),
                ('address', models.CharField(max_length=45)),
                ('agent', models.CharField(max_length=300)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
