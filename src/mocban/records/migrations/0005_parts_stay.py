"""What Django's models cannot say: a part of a document is never exchanged for another file; versions are added."""

from django.db import migrations

PARTS_STAY = """
CREATE FUNCTION records_refuse_other_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'part % of a document keeps its file', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER part_stays BEFORE UPDATE ON records_documentobject FOR EACH ROW
    WHEN (OLD.object_id IS DISTINCT FROM NEW.object_id OR OLD.document_id IS DISTINCT FROM NEW.document_id)
    EXECUTE FUNCTION records_refuse_other_file();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0004_superseded_parts")]

    operations = [migrations.RunSQL(PARTS_STAY, "DROP FUNCTION records_refuse_other_file() CASCADE;")]
