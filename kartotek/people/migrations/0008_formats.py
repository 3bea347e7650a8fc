"""How each member reads dates, numbers and hours, and whether single letters act."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0007_absence")]

    operations = [
        migrations.AddField(
            model_name="member",
            name="date_format",
            field=models.CharField(
                blank=True, default="", max_length=40, verbose_name="Dates"
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="number_format",
            field=models.CharField(
                blank=True, default="", max_length=40, verbose_name="Numbers"
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="clock",
            field=models.CharField(
                blank=True, default="", max_length=40, verbose_name="Clock"
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="no_letter_keys",
            field=models.BooleanField(
                blank=True, default=False, verbose_name="Letter keys off"
            ),
        ),
    ]
