from django.db import migrations

from onmaru.kernel import parts


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_grams"), ("scratch", "0001_initial")]

    operations = [migrations.AddIndex("deal", parts.Index("number", name="deal_parts"))]
