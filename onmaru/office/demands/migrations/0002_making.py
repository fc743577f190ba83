"""A demand may be on making records."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("demands", "0001_initial")]
    operations = [
        migrations.AddField(
            "demand", "makes", models.CharField(blank=True, default="", editable=False, max_length=60), preserve_default=False
        )
    ]
