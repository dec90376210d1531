"""What reviewers said of rows goes with the rows: it may be deleted, and is still never changed."""

from django.db import migrations

from licet.store.guards import freed


class Migration(migrations.Migration):
    """After pairs."""

    dependencies = [("store", "0007_pairs")]
    operations = [migrations.RunPython(freed("store_review"), migrations.RunPython.noop)]
