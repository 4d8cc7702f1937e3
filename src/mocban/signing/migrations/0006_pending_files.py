from django.db import migrations, models


class Migration(migrations.Migration):
    """What waits for a token is kept as a file; what waited during the upgrade (minutes) is begun again."""

    dependencies = [
        ("signing", "0005_engine_of_reports"),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM signing_pendingsignature", migrations.RunSQL.noop),
        migrations.RemoveField(model_name="pendingsignature", name="prepared"),
        migrations.AddField(
            model_name="pendingsignature",
            name="prepared_sha256",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
    ]
