"""The indexes that find documents by any part of their number and remark."""

from django.db import migrations

from onmaru.kernel import parts


class Migration(migrations.Migration):

    dependencies = [
        ("kernel", "0003_grams"),
        ("product", "0001_initial"),
        ("site", "0001_initial"),
        ("stock", "0003_standard_cost_day"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="costadjustment",
            index=parts.Index("number", "memo", name="cost_adjustment_parts"),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=parts.Index("code", name="lot_parts"),
        ),
        migrations.AddIndex(
            model_name="stockdocument",
            index=parts.Index("number", "memo", name="stock_document_parts"),
        ),
    ]
