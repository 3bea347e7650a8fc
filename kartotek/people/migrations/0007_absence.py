"""Members who are away, from when until when, and who stands in for them."""
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_sessions'),
    ]

    operations = [
        migrations.AddField(
            model_name='member',
            name='away_from',
            field=models.DateField(blank=True, null=True, verbose_name='Away from'),
        ),
        migrations.AddField(
            model_name='member',
            name='away_until',
            field=models.DateField(blank=True, null=True, verbose_name='Away until'),
        ),
        migrations.AddField(
            model_name='member',
            name='deputy',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.member', verbose_name='Deputy'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(condition=models.Q(('deputy__isnull', False)), fields=['deputy'], name='people_member_deputy'),
        ),
    ]
