import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shaping', '0002_files'),
        ('site', '0002_custom'),
    ]

    operations = [
        migrations.AddField(
            model_name='layout',
            name='company',
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='site.company', verbose_name='company'
            ),
        ),
        migrations.AlterField(
            model_name='layout',
            name='document',
            field=models.JSONField(blank=True, default=dict, null=True, verbose_name='layout'),
        ),
        migrations.RemoveConstraint(model_name='layout', name='shaping_layout_version'),
        migrations.AddConstraint(
            model_name='layout',
            constraint=models.UniqueConstraint(fields=('entity', 'company', 'revision'), name='shaping_layout_version', nulls_distinct=False),
        ),
    ]
