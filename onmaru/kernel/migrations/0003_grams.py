"""What an index keeps of short words, which have no trigram; documents are indexed with their number."""

from django.db import migrations

# Of "SO-2026-1 a" the signs S, O, - and a, and SO, O-, --: pairs from the first sign on, then from the second.
GRAMS = """
CREATE FUNCTION kernel_grams(value text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT string_to_array(translate(value, '0123456789', ''), NULL)
  || string_to_array(regexp_replace(translate(value, '0123456789', ''), '(..)', E'\\\\1\\n', 'g'), E'\\n')
  || string_to_array(regexp_replace(substr(translate(value, '0123456789', ''), 2), '(..)', E'\\\\1\\n', 'g'), E'\\n')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_guards")]

    operations = [migrations.RunSQL(GRAMS, "DROP FUNCTION kernel_grams(text)")]
