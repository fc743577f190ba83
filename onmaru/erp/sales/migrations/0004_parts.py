"""The indexes that find documents by any part of their number and remark."""

from django.db import migrations

from onmaru.kernel import parts


class Migration(migrations.Migration):

    dependencies = [
        ("kernel", "0003_grams"),
        ("party", "0001_initial"),
        ("product", "0001_initial"),
        ("sales", "0003_discount_in_percent"),
        ("site", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=parts.Index("number", "tracking_number", name="delivery_parts"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=parts.Index("number", name="invoice_parts"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=parts.Index("number", "customer_reference", name="order_parts"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=parts.Index("number", "memo", name="payment_parts"),
        ),
    ]
