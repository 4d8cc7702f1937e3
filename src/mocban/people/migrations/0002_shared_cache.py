from django.db import migrations

CREATE = """
CREATE TABLE shared_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX shared_cache_expires ON shared_cache (expires);
"""


class Migration(migrations.Migration):
    """The table behind Django's database cache, as `createcachetable` makes it."""

    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE shared_cache")]
