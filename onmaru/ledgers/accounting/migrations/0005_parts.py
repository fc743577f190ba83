"""The indexes that find documents by any part of their number and remark."""

from django.db import migrations

from onmaru.kernel import parts


class Migration(migrations.Migration):

    dependencies = [
        ("kernel", "0003_grams"),
        ("accounting", "0004_rates_and_settlements"),
        ("site", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=parts.Index("number", "memo", name="entry_parts"),
        ),
    ]
