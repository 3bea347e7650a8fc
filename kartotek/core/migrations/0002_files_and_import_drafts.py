from django.db import migrations, models

import kartotek.core.fields


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ImportDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", kartotek.core.fields.UidField(unique=True)),
                ("member", models.BigIntegerField(null=True)),
                ("who", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("name", models.CharField(max_length=200)),
                ("file", kartotek.core.fields.UidField(null=True)),
                ("failed", kartotek.core.fields.UidField(null=True)),
                ("type", models.CharField(default="", max_length=40)),
                ("choices", models.JSONField(default=dict)),
                ("state", models.CharField(default="columns", max_length=20)),
                ("job", kartotek.core.fields.UidField(null=True)),
                ("receipt", models.JSONField(null=True)),
                ("acts", models.JSONField(default=list)),
                ("error", models.TextField(default="")),
            ],
            options={
                "indexes": [models.Index(fields=["member", "at"], name="core_draft_member")],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", kartotek.core.fields.UidField(unique=True)),
                ("name", models.CharField(max_length=200)),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.BigIntegerField()),
                ("received", models.BigIntegerField(default=0)),
                ("digest", models.CharField(default="", max_length=64)),
                ("is_whole", models.BooleanField(default=False)),
                ("purpose", models.CharField(max_length=40)),
                ("member", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["digest"], name="core_file_digest"),
                    models.Index(fields=["at"], name="core_file_at"),
                ],
            },
        ),
    ]
