"""Of what was put to approval one thing may change: a value is masked or encrypted. A paper ends by a rule alone."""

from django.db import migrations

COVERED = """
CREATE FUNCTION approval_covers(was jsonb, becomes jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF was = becomes THEN
    RETURN true;
  ELSIF jsonb_typeof(was) = 'array' AND jsonb_typeof(becomes) = 'array' THEN
    RETURN jsonb_array_length(was) = jsonb_array_length(becomes) AND NOT EXISTS (
      SELECT FROM jsonb_array_elements(was) WITH ORDINALITY AS o (value, place)
      JOIN jsonb_array_elements(becomes) WITH ORDINALITY AS n (value, place) USING (place)
      WHERE NOT approval_covers(o.value, n.value));
  ELSIF jsonb_typeof(was) = 'object' AND jsonb_typeof(becomes) = 'object' THEN
    RETURN NOT EXISTS (
      SELECT FROM jsonb_each(was) AS o FULL JOIN jsonb_each(becomes) AS n USING (key)
      WHERE o.value IS DISTINCT FROM n.value AND NOT coalesce(
        key IN ('sections', 'cells', 'text', 'grids', 'rows') AND approval_covers(o.value, n.value), false));
  END IF;
  RETURN CASE jsonb_typeof(becomes)
    WHEN 'string' THEN becomes #>> '{}' LIKE '%●%'
    WHEN 'object' THEN becomes ? 'sealed' AND becomes - 'sealed' = '{}'
    ELSE false END;
END $$;

-- A day more than the rule says is let pass: the day of the company may be one ahead of the database's.
CREATE FUNCTION approval_is_over(asked_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM approval_approval AS a JOIN kernel_retentionrule AS r
      ON r.kind = 'approval.approval' AND r.field = 'paper'
      AND r.starts_on <= current_date + 1 AND (r.ends_on IS NULL OR r.ends_on >= current_date)
    WHERE a.id = asked_id AND a.drafted_at::date + r.keep_days <= current_date + 1)
$$;

DROP TRIGGER as_drafted ON approval_approval;
CREATE TRIGGER as_drafted BEFORE UPDATE ON approval_approval FOR EACH ROW
  WHEN ((OLD.digest, OLD.subject_kind, OLD.subject_id, OLD.drafter_id, OLD.drafted_at, OLD.command, OLD.asked)
        IS DISTINCT FROM
        (NEW.digest, NEW.subject_kind, NEW.subject_id, NEW.drafter_id, NEW.drafted_at, NEW.command, NEW.asked)
        OR NOT approval_covers(OLD.content, NEW.content)
        OR (OLD.paper_id IS NOT NULL AND OLD.paper_id IS DISTINCT FROM NEW.paper_id
            AND NOT (NEW.paper_id IS NULL AND approval_is_over(OLD.id)))
        OR (OLD.state <> 'pending' AND OLD.state <> NEW.state))
  EXECUTE FUNCTION approval_refuse_rewrite();
DROP TRIGGER kept_paper ON kernel_storedfile;
CREATE TRIGGER kept_paper BEFORE UPDATE ON kernel_storedfile FOR EACH ROW
  WHEN (OLD.subject_kind = 'approval.approval') EXECUTE FUNCTION approval_refuse_rewrite();
CREATE TRIGGER paper_not_over BEFORE DELETE ON kernel_storedfile FOR EACH ROW
  WHEN (OLD.subject_kind = 'approval.approval' AND NOT approval_is_over(OLD.subject_id))
  EXECUTE FUNCTION approval_refuse_rewrite();
"""
REVERSED = """
DROP TRIGGER paper_not_over ON kernel_storedfile;
DROP TRIGGER kept_paper ON kernel_storedfile;
CREATE TRIGGER kept_paper BEFORE UPDATE OR DELETE ON kernel_storedfile FOR EACH ROW
  WHEN (OLD.subject_kind = 'approval.approval') EXECUTE FUNCTION approval_refuse_rewrite();
DROP TRIGGER as_drafted ON approval_approval;
CREATE TRIGGER as_drafted BEFORE UPDATE ON approval_approval FOR EACH ROW
  WHEN ((OLD.content, OLD.digest, OLD.subject_kind, OLD.subject_id, OLD.drafter_id, OLD.drafted_at, OLD.command, OLD.asked)
        IS DISTINCT FROM
        (NEW.content, NEW.digest, NEW.subject_kind, NEW.subject_id, NEW.drafter_id, NEW.drafted_at, NEW.command, NEW.asked)
        OR (OLD.paper_id IS NOT NULL AND OLD.paper_id IS DISTINCT FROM NEW.paper_id)
        OR (OLD.state <> 'pending' AND OLD.state <> NEW.state))
  EXECUTE FUNCTION approval_refuse_rewrite();
DROP FUNCTION approval_is_over(bigint);
DROP FUNCTION approval_covers(jsonb, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("approval", "0005_kept"), ("kernel", "0009_covered")]

    operations = [migrations.RunSQL(COVERED, REVERSED)]
