from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scratch', '0003_custom'),
    ]

    operations = [
        migrations.AddField(
            model_name='dealline',
            name='custom',
            field=models.JSONField(
                blank=True, db_default=models.Value({}, models.JSONField()), editable=False, verbose_name="own fields"
            ),
        ),
    ]
