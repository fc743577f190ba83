"""What was drafted, signed and kept as paper never changes, whoever asks."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION approval_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% was put to approval and is not rewritten', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER as_drafted BEFORE UPDATE ON approval_approval FOR EACH ROW
  WHEN ((OLD.content, OLD.digest, OLD.subject_kind, OLD.subject_id, OLD.drafter_id, OLD.drafted_at, OLD.command, OLD.asked)
        IS DISTINCT FROM
        (NEW.content, NEW.digest, NEW.subject_kind, NEW.subject_id, NEW.drafter_id, NEW.drafted_at, NEW.command, NEW.asked)
        OR (OLD.paper_id IS NOT NULL AND OLD.paper_id IS DISTINCT FROM NEW.paper_id)
        OR (OLD.state <> 'pending' AND OLD.state <> NEW.state))
  EXECUTE FUNCTION approval_refuse_rewrite();
CREATE TRIGGER as_signed BEFORE UPDATE ON approval_step FOR EACH ROW
  WHEN (OLD.state IN ('agreed', 'objected')
        AND (OLD.state, OLD.signer_id, OLD.signed_at, OLD.opinion, OLD.person_id)
        IS DISTINCT FROM (NEW.state, NEW.signer_id, NEW.signed_at, NEW.opinion, NEW.person_id))
  EXECUTE FUNCTION approval_refuse_rewrite();
CREATE TRIGGER kept_paper BEFORE UPDATE OR DELETE ON kernel_storedfile FOR EACH ROW
  WHEN (OLD.subject_kind = 'approval.approval') EXECUTE FUNCTION approval_refuse_rewrite();
"""
REVERSED = """
DROP TRIGGER kept_paper ON kernel_storedfile;
DROP TRIGGER as_signed ON approval_step;
DROP TRIGGER as_drafted ON approval_approval;
DROP FUNCTION approval_refuse_rewrite();
"""


class Migration(migrations.Migration):
    dependencies = [("approval", "0001_initial")]

    operations = [migrations.RunSQL(GUARDS, REVERSED)]
