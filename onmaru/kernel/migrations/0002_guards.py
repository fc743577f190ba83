"""What the database itself enforces: search by trigram, and histories that nobody rewrites."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION kernel_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON kernel_auditrow
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_rewrite();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON kernel_legalnumber
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_rewrite();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON kernel_auditrow
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_rewrite();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON kernel_legalnumber
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_rewrite();
"""
REVERSED = """
DROP TRIGGER never_emptied ON kernel_legalnumber;
DROP TRIGGER never_emptied ON kernel_auditrow;
DROP TRIGGER append_only ON kernel_legalnumber;
DROP TRIGGER append_only ON kernel_auditrow;
DROP FUNCTION kernel_refuse_rewrite();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY, REVERSED),
    ]
