"""Whether a customer's field is searched; by which merge a share came to a record."""

from django.db import migrations, models

import kartotek.core.fields


class Migration(migrations.Migration):
    dependencies = [("core", "0005_suggestion")]

    operations = [
        migrations.AddField(
            model_name="customfield",
            name="searched",
            field=models.BooleanField(
                blank=True, default=False, verbose_name="Found by the search"
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="merged",
            field=kartotek.core.fields.UidField(null=True),
        ),
    ]
