"""A demand on making records is asked for at every command on them; which of those it means is decided above."""

from django.db import migrations

HELD = """
CREATE OR REPLACE FUNCTION approval_held(asked_kind text, asked_id bigint, asked_command text) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF EXISTS (SELECT FROM approval_approval
             WHERE subject_kind = asked_kind AND subject_id = asked_id AND state = 'pending') THEN
    RETURN 'pending';
  ELSIF asked_command LIKE '%.delete'
        AND EXISTS (SELECT FROM approval_approval
                    WHERE subject_kind = asked_kind AND subject_id = asked_id AND state = 'approved') THEN
    RETURN 'approved';
  ELSIF EXISTS (SELECT FROM demands_demand WHERE (command = asked_command OR makes = asked_kind) AND refusal = '') THEN
    RETURN 'demand';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("approval", "0003_held"), ("demands", "0002_making")]

    operations = [migrations.RunSQL(HELD, migrations.RunSQL.noop)]
