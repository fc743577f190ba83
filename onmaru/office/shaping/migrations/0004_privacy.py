from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shaping', '0003_layouts_of_companies'),
    ]

    operations = [
        migrations.AddField(
            model_name='customfield',
            name='privacy',
            field=models.CharField(
                blank=True,
                choices=[('personal', 'Personal data: masked'), ('identifier', 'Identifier, account: masked and encrypted')],
                default='',
                max_length=10,
                verbose_name='personal data',
            ),
        ),
    ]
