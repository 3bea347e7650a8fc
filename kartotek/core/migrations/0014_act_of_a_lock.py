"""A lock names the act that made it, whose name is the reason: so that an ended one comes back."""

from django.db import migrations

import kartotek.core.fields


class Migration(migrations.Migration):
    dependencies = [("core", "0013_outside_address")]

    operations = [
        migrations.AddField("lock", "act", kartotek.core.fields.UidField(null=True)),
    ]
