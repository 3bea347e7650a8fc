"""Whether records are found by the words of a customer's field."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0005_suggestion")]

    operations = [
        migrations.AddField(
            model_name="customfield",
            name="searched",
            field=models.BooleanField(
                blank=True, default=False, verbose_name="Found by the search"
            ),
        )
    ]
