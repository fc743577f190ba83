"""The law of stock, in the database: moves and valuations are never rewritten."""

from django.db import migrations

TABLES = ("stock_move", "stock_valuation")
GUARDS = "".join(
    f"""
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_rewrite();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_rewrite();
"""
    for table in TABLES
)
# Reservations come and go: an emptied table that shrinks to nothing looks cheap to read whole, and is not.
GUARDS += "ALTER TABLE stock_reservation SET (vacuum_truncate = false);"
REVERSED = "".join(f"DROP TRIGGER immutable ON {table}; DROP TRIGGER never_emptied ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial"), ("kernel", "0002_guards")]

    operations = [migrations.RunSQL(GUARDS, REVERSED)]
