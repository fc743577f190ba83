"""The law of the ledger, in the database: lines arrive whole and balanced, and nothing posted is rewritten."""

from django.db import migrations

GUARDS = """
-- All lines of an entry come in one statement, numbered from 1 without a gap, and balance there and then. Since
-- (entry, ordinal) is unique, no line can be slipped in later: a later statement would have to begin at 1 again.
-- Their entry and account are looked up here, once for the statement, instead of by two foreign keys a line. No
-- sequential scan: a plan made while a table was small must not outlive it.
CREATE FUNCTION accounting_lines_arrive_whole() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  culprit bigint;
BEGIN
  SELECT entry_id INTO culprit FROM arrived GROUP BY entry_id
  HAVING sum(debit) <> sum(credit) OR count(*) < 2 OR min(ordinal) <> 1 OR max(ordinal) <> count(*) LIMIT 1;
  IF culprit IS NOT NULL THEN
    RAISE EXCEPTION 'lines of entry % do not arrive whole and balanced', culprit
      USING ERRCODE = 'check_violation', CONSTRAINT = 'lines_arrive_whole';
  END IF;
  SELECT a.entry_id INTO culprit
  FROM (SELECT DISTINCT entry_id, company_id, posted_on FROM arrived) a
  WHERE NOT EXISTS (SELECT FROM accounting_entry e WHERE e.id = a.entry_id AND e.company_id = a.company_id
                    AND e.posted_on = a.posted_on OFFSET 0)
  UNION ALL
  SELECT a.account_id FROM (SELECT DISTINCT account_id, company_id FROM arrived) a
  WHERE NOT EXISTS (SELECT FROM accounting_account c WHERE c.id = a.account_id AND c.company_id = a.company_id
                    OFFSET 0)
  LIMIT 1;
  IF culprit IS NOT NULL THEN
    RAISE EXCEPTION 'a line has no entry of its company and day, or no account of its company (%)', culprit
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'lines_belong';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER lines_arrive_whole AFTER INSERT ON accounting_line
  REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION accounting_lines_arrive_whole();

-- The other end of that foreign key: an account that bears lines stays.
CREATE FUNCTION accounting_account_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM accounting_line WHERE account_id = OLD.id) THEN
    RAISE EXCEPTION 'account % bears lines', OLD.code
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'account_bears_lines';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER stays BEFORE DELETE ON accounting_account FOR EACH ROW EXECUTE FUNCTION accounting_account_stays();

-- At the commit every entry has its lines, and they balance. No sequential scan: a plan made while the table was
-- small must not outlive it.
CREATE FUNCTION accounting_entry_must_balance() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  lines bigint; difference numeric;
BEGIN
  SELECT count(*), coalesce(sum(debit) - sum(credit), 0) INTO lines, difference
  FROM accounting_line WHERE entry_id = NEW.id;
  IF lines < 2 OR difference <> 0 THEN
    RAISE EXCEPTION 'entry % has % lines and differs by %', NEW.id, lines, difference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON accounting_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounting_entry_must_balance();

-- The only change an entry ever sees is its number, once, from nothing.
CREATE FUNCTION accounting_entry_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unnumbered accounting_entry;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.number IS NULL AND NEW.number IS NOT NULL THEN
    unnumbered := NEW;
    unnumbered.number := NULL;
    IF unnumbered IS NOT DISTINCT FROM OLD THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'entry % is posted: % refused, post its reversal', OLD.id, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON accounting_entry
  FOR EACH ROW EXECUTE FUNCTION accounting_entry_is_immutable();
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON accounting_line
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_rewrite();
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON accounting_match
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_rewrite();
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON accounting_seal
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_rewrite();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON accounting_entry
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_rewrite();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON accounting_line
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_rewrite();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON accounting_match
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_rewrite();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON accounting_seal
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_rewrite();
"""
REVERSED = """
DROP TRIGGER entry_balances ON accounting_entry;
DROP TRIGGER lines_arrive_whole ON accounting_line;
DROP TRIGGER immutable ON accounting_entry;
DROP TRIGGER immutable ON accounting_line;
DROP TRIGGER immutable ON accounting_match;
DROP TRIGGER immutable ON accounting_seal;
DROP TRIGGER never_emptied ON accounting_entry;
DROP TRIGGER never_emptied ON accounting_line;
DROP TRIGGER never_emptied ON accounting_match;
DROP TRIGGER never_emptied ON accounting_seal;
DROP TRIGGER stays ON accounting_account;
DROP FUNCTION accounting_account_stays();
DROP FUNCTION accounting_entry_must_balance();
DROP FUNCTION accounting_lines_arrive_whole();
DROP FUNCTION accounting_entry_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("accounting", "0001_initial"), ("kernel", "0002_guards")]

    operations = [migrations.RunSQL(GUARDS, REVERSED)]
