"""What Django's models cannot say: the transaction id, the partitioned log of reads, and the insert-only triggers."""

from django.db import migrations

TRANSACTION_ID = """
ALTER TABLE audit_event ADD COLUMN txid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX audit_event_txid ON audit_event (txid);
"""

READ_LOG = """
CREATE SEQUENCE audit_readlog_id_seq;
CREATE TABLE audit_readlog (
    id bigint NOT NULL DEFAULT nextval('audit_readlog_id_seq'),
    at timestamp with time zone NOT NULL,
    person_id uuid,
    person_name varchar(100) NOT NULL,
    position_id uuid,
    position_title varchar(100) NOT NULL,
    organisation_id uuid NOT NULL,
    organisation_name varchar(200) NOT NULL,
    kind varchar(12) NOT NULL,
    object_key varchar(110) NOT NULL,
    label varchar(300) NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE audit_readlog_id_seq OWNED BY audit_readlog.id;
CREATE INDEX audit_readlog_object ON audit_readlog (object_key, at);
CREATE INDEX audit_readlog_person ON audit_readlog (person_id, at);
CREATE TABLE audit_readlog_default PARTITION OF audit_readlog DEFAULT;
"""

INSERT_ONLY = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is insert-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_position
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_readlog
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""

WAKE = """
CREATE FUNCTION audit_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('mocban_recorded', '');
    RETURN NULL;
END $$;
CREATE TRIGGER wake AFTER INSERT ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION audit_wake();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            TRANSACTION_ID,
            "ALTER TABLE audit_event DROP COLUMN txid;",
        ),
        migrations.RunSQL(READ_LOG, "DROP TABLE audit_readlog;"),
        migrations.RunSQL(INSERT_ONLY, "DROP FUNCTION audit_refuse_change() CASCADE;"),
        migrations.RunSQL(WAKE, "DROP FUNCTION audit_wake() CASCADE;"),
    ]
