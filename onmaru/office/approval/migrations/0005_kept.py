"""What was put to approval is not deleted either, and its title, amount and opinion stay as they were drafted."""

from django.db import migrations

KEPT = """
CREATE TRIGGER kept_draft BEFORE DELETE ON approval_approval FOR EACH ROW EXECUTE FUNCTION approval_refuse_rewrite();
CREATE TRIGGER kept_step BEFORE DELETE ON approval_step FOR EACH ROW EXECUTE FUNCTION approval_refuse_rewrite();
CREATE TRIGGER as_worded BEFORE UPDATE ON approval_approval FOR EACH ROW
  WHEN ((OLD.title, OLD.amount, OLD.currency, OLD.opinion, OLD.consent, OLD.demand_id, OLD.previous_id)
        IS DISTINCT FROM
        (NEW.title, NEW.amount, NEW.currency, NEW.opinion, NEW.consent, NEW.demand_id, NEW.previous_id))
  EXECUTE FUNCTION approval_refuse_rewrite();
"""
REVERSED = """
DROP TRIGGER as_worded ON approval_approval;
DROP TRIGGER kept_step ON approval_step;
DROP TRIGGER kept_draft ON approval_approval;
"""


class Migration(migrations.Migration):
    dependencies = [("approval", "0004_making")]

    operations = [migrations.RunSQL(KEPT, REVERSED)]
