"""What leaves this house: the outside addresses that are asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0012_workspace_settings")]

    operations = [
        migrations.CreateModel(
            name="OutsideAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("host", models.CharField(max_length=255)),
                ("port", models.PositiveIntegerField()),
                ("purpose", models.CharField(max_length=40)),
                ("since", models.DateTimeField()),
                ("last_used", models.DateTimeField(null=True)),
                ("times", models.BigIntegerField(default=0)),
                ("refused", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["host", "port", "purpose"], name="core_outside_once"
                    )
                ],
            },
        ),
    ]
