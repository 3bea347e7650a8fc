"""Records that their members have locked for a while."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0007_index_whole_shares")]

    operations = [
        migrations.CreateModel(
            name="Lock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("type", models.CharField(max_length=40)),
                ("record", models.BigIntegerField()),
                ("member", models.BigIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("until", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("record", "type"), name="core_lock_once")
                ],
            },
        ),
    ]
