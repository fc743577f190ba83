"""What happens to records that a rule watches is put before that rule in the very transaction."""

from django.db import migrations

WATCH = """
CREATE FUNCTION automation_watch_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO automation_due (rule_id, audit_id)
  SELECT rule.id, fresh.id FROM fresh JOIN automation_rule rule ON rule.kind = fresh.subject_kind
  WHERE rule.state = 'on' AND rule.happening NOT IN ('event', 'date') ORDER BY fresh.id, rule.id;
  RETURN NULL;
END $$;
CREATE FUNCTION automation_watch_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO automation_due (rule_id, event_id)
  SELECT rule.id, fresh.id FROM fresh JOIN automation_rule rule ON rule.kind = fresh.subject_kind
  WHERE rule.state = 'on' AND rule.happening = 'event' AND rule.word = fresh.kind ORDER BY fresh.id, rule.id;
  RETURN NULL;
END $$;
CREATE TRIGGER automation_watch AFTER INSERT ON kernel_auditrow REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION automation_watch_history();
CREATE TRIGGER automation_watch AFTER INSERT ON kernel_event REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION automation_watch_outbox();
"""
LEAVE = """
DROP TRIGGER automation_watch ON kernel_event;
DROP TRIGGER automation_watch ON kernel_auditrow;
DROP FUNCTION automation_watch_outbox();
DROP FUNCTION automation_watch_history();
"""


class Migration(migrations.Migration):
    dependencies = [("automation", "0001_initial"), ("kernel", "0006_access")]
    operations = [migrations.RunSQL(WATCH, LEAVE)]
