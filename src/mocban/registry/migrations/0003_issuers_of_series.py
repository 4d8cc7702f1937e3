from django.db import migrations

from mocban.lib.ids import new_id


def name_issuers(apps, schema_editor):
    """Each symbol that a series printed becomes an issuer; the organisation's own symbol is the organisation."""
    Series = apps.get_model("registry", "Series")
    Issuer = apps.get_model("registry", "Issuer")
    for series in Series.objects.select_related("organisation"):
        body = series.organisation
        symbol = series.body_symbol or body.symbol
        own = symbol == body.symbol
        issuer, _made = Issuer.objects.get_or_create(
            organisation=body,
            kind="own" if own else "served",
            symbol=symbol,
            defaults={"id": new_id(), "name": body.name if own else symbol, "code": body.code if own else ""},
        )
        series.issuer = issuer
        series.save(update_fields=["issuer"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_numbers_and_books")]

    operations = [migrations.RunPython(name_issuers, migrations.RunPython.noop)]
