from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sales', '0006_lists_by_day'),
    ]

    operations = [
        migrations.AddField(
            model_name='deliveryline',
            name='custom',
            field=models.JSONField(
                blank=True, db_default=models.Value({}, models.JSONField()), editable=False, verbose_name='own fields'
            ),
        ),
        migrations.AddField(
            model_name='orderline',
            name='custom',
            field=models.JSONField(
                blank=True, db_default=models.Value({}, models.JSONField()), editable=False, verbose_name='own fields'
            ),
        ),
    ]
