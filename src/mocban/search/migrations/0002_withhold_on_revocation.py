"""A grant taken away hides its object from the search at once, whoever takes it away."""

from django.db import migrations

WITHHOLD = """
CREATE FUNCTION search_withhold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_withheld (object_type, object_id) SELECT DISTINCT object_type, object_id FROM taken;
    IF FOUND THEN
        PERFORM pg_notify('mocban_appended', '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER withhold_deleted AFTER DELETE ON people_grant REFERENCING OLD TABLE AS taken
    FOR EACH STATEMENT EXECUTE FUNCTION search_withhold();
CREATE TRIGGER withhold_updated AFTER UPDATE ON people_grant REFERENCING OLD TABLE AS taken
    FOR EACH STATEMENT EXECUTE FUNCTION search_withhold();
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial"), ("people", "0001_initial")]

    operations = [migrations.RunSQL(WITHHOLD, "DROP FUNCTION search_withhold() CASCADE;")]
