"""The Korean value-added tax, as dated data with its source."""

from datetime import date
from decimal import Decimal

from django.db import migrations

RATES = [
    ("taxable", Decimal("0.10"), "부가가치세법 제30조 (세율 10%, 1977-07-01 시행)"),
    ("zero", Decimal(0), "부가가치세법 제21조–제25조 (영세율)"),
    ("exempt", Decimal(0), "부가가치세법 제26조–제27조 (면세)"),
]


def seed(apps, schema_editor):
    rate = apps.get_model("accounting", "TaxRate")
    rate.objects.bulk_create(
        rate(country="KR", tax_class=tax_class, valid_from=date(1977, 7, 1), rate=share, source=source)
        for tax_class, share, source in RATES
    )


class Migration(migrations.Migration):
    dependencies = [("accounting", "0002_guards")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
