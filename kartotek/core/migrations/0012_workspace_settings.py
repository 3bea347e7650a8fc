"""What else is set for the company, and its logo."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0011_recent_lines")]

    operations = [
        migrations.AddField(
            model_name="workspace",
            name="settings",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Logo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("media_type", models.CharField(max_length=40)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
            ],
        ),
    ]
