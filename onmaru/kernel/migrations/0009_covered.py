"""Of a history one thing alone may change: a value is covered by its mask, or encrypted. Nothing brings it back."""

from django.db import migrations

COVERED = """
CREATE FUNCTION kernel_covers(was jsonb, becomes jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(was) = 'array' AND jsonb_typeof(becomes) = 'array' THEN
    jsonb_array_length(was) = jsonb_array_length(becomes) AND NOT EXISTS (
      SELECT FROM jsonb_array_elements(was) WITH ORDINALITY AS o (value, place)
      JOIN jsonb_array_elements(becomes) WITH ORDINALITY AS n (value, place) USING (place)
      WHERE o.value <> n.value AND (o.value = 'null' OR NOT CASE jsonb_typeof(n.value)
        WHEN 'string' THEN n.value #>> '{}' LIKE '%●%'
        WHEN 'object' THEN n.value ? 'sealed' AND n.value - 'sealed' = '{}'
        ELSE false END))
  ELSE false END
$$;
CREATE FUNCTION kernel_only_cover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'changes' = to_jsonb(OLD) - 'changes' AND NOT EXISTS (
    SELECT FROM jsonb_each(OLD.changes) AS o FULL JOIN jsonb_each(NEW.changes) AS n USING (key)
    WHERE o.value IS DISTINCT FROM n.value AND NOT coalesce(kernel_covers(o.value, n.value), false)
  ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER append_only ON kernel_auditrow;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON kernel_auditrow
  FOR EACH ROW EXECUTE FUNCTION kernel_only_cover();
"""
REVERSED = """
DROP TRIGGER append_only ON kernel_auditrow;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON kernel_auditrow
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_rewrite();
DROP FUNCTION kernel_only_cover();
DROP FUNCTION kernel_covers(jsonb, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0008_judge")]

    operations = [migrations.RunSQL(COVERED, REVERSED)]
