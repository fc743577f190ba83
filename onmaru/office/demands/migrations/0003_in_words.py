"""What a demand waives is picked by its words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("demands", "0002_making")]
    operations = [
        migrations.AlterField(
            "demand",
            "refusal",
            models.CharField(
                blank=True,
                help_text="Without one, the approval is needed every time.",
                max_length=60,
                verbose_name="restriction that it waives",
            ),
        )
    ]
