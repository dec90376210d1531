"""Triggers on what is only ever added to."""

from django.db import migrations

from licet.store.guards import guard


class Migration(migrations.Migration):
    """Once, after the tables."""

    dependencies = [("store", "0001_tables")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
