from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kartotek_sample', '0002_external_ids'),
    ]

    operations = [
        migrations.AddField(
            model_name='bill',
            name='stage',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
    ]
