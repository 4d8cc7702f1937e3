import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_issuers_of_series")]

    operations = [
        migrations.AlterField(
            model_name="series",
            name="issuer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="series", to="registry.issuer"
            ),
        ),
        migrations.RemoveField(model_name="series", name="body_symbol"),
    ]
