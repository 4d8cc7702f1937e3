"""What Django's models cannot say: the row of a stored object never comes to stand for other bytes."""

from django.db import migrations

WRITE_ONCE = """
CREATE FUNCTION content_refuse_other_bytes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stored object % is write-once', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER write_once BEFORE UPDATE ON content_digitalobject FOR EACH ROW
    WHEN (OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.size IS DISTINCT FROM NEW.size)
    EXECUTE FUNCTION content_refuse_other_bytes();
"""


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial")]

    operations = [migrations.RunSQL(WRITE_ONCE, "DROP FUNCTION content_refuse_other_bytes() CASCADE;")]
