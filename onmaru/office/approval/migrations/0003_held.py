"""Whether a record is held: every command that locks one asks, after the lock."""

from django.db import migrations

HELD = """
CREATE FUNCTION approval_held(asked_kind text, asked_id bigint, asked_command text) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF EXISTS (SELECT FROM approval_approval
             WHERE subject_kind = asked_kind AND subject_id = asked_id AND state = 'pending') THEN
    RETURN 'pending';
  ELSIF asked_command LIKE '%.delete'
        AND EXISTS (SELECT FROM approval_approval
                    WHERE subject_kind = asked_kind AND subject_id = asked_id AND state = 'approved') THEN
    RETURN 'approved';
  ELSIF EXISTS (SELECT FROM demands_demand WHERE command = asked_command AND refusal = '') THEN
    RETURN 'demand';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("approval", "0002_guards"), ("demands", "0001_initial")]

    operations = [migrations.RunSQL(HELD, "DROP FUNCTION approval_held(text, bigint, text)")]
