"""A saved view remembers that it was a board or a calendar; old ones say nothing, and are lists."""

from django.db import migrations, models

class Migration(migrations.Migration):

    dependencies = [
        ('core', '0014_act_of_a_lock'),
    ]

    operations = [
        migrations.AddField(
            model_name='savedview',
            name='shown_as',
            field=models.CharField(blank=True, default='', max_length=40, verbose_name='Shown as'),
        ),
    ]
