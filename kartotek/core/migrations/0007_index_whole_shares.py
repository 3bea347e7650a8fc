"""What was shared with somebody is read from its index alone; by record it is found, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0006_searched_fields_and_merged_shares")]

    operations = [
        migrations.RemoveIndex(model_name="share", name="core_share_member"),
        migrations.RemoveIndex(model_name="share", name="core_share_department"),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(
                fields=["member", "type", "may_edit", "until", "record"], name="core_share_of"
            ),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(
                fields=["department", "type", "may_edit", "until", "record"],
                name="core_share_of_house",
            ),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["record", "type"], name="core_share_record"),
        ),
    ]
