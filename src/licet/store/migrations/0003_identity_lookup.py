"""Somebody is looked for by birth and given name among everybody known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index, and nothing else."""

    dependencies = [("store", "0002_guards")]
    operations = [
        migrations.AddIndex(
            model_name="identity",
            index=models.Index(fields=["birth", "given"], name="store_identity_born"),
        )
    ]
