"""What the database leaves to the commit, judged within a statement: the one that takes numbers asks for it."""

from django.db import migrations

JUDGE = """
CREATE FUNCTION kernel_judge() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  RETURN true;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_number_formats")]

    operations = [migrations.RunSQL(JUDGE, "DROP FUNCTION kernel_judge()")]
