import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('shaping', '0004_privacy'),
    ]

    operations = [
        migrations.CreateModel(
            name='Use',
            fields=[
                ('field', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='shaping.customfield')),
                ('asked', models.PositiveIntegerField(default=0)),
                ('since', models.DateField()),
                ('scans', models.BigIntegerField(default=0)),
                ('used_on', models.DateField()),
            ],
        ),
    ]
