"""Pairs of rows that reviewers look at, and what they said."""

from django.db import migrations, models

from licet.store.guards import guarded


class Migration(migrations.Migration):
    """After the dialogue."""

    dependencies = [("store", "0006_dialogue")]
    operations = [
        migrations.CreateModel(
            name="Pair",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("use", models.CharField(max_length=200, db_index=True)),
                ("run", models.CharField(max_length=200)),
                ("first", models.CharField(max_length=300)),
                ("second", models.CharField(max_length=300)),
                ("stratum", models.CharField(max_length=100)),
                ("weight", models.FloatField()),
                ("drawn", models.CharField(max_length=40)),
                ("made", models.CharField(max_length=27)),
            ],
        ),
        migrations.CreateModel(
            name="PairAnswer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pair", models.CharField(max_length=40, db_index=True)),
                ("reviewer", models.CharField(max_length=64)),
                ("post", models.CharField(max_length=120)),
                ("answer", models.CharField(max_length=20)),
                ("reason", models.CharField(max_length=500)),
                ("at", models.CharField(max_length=27)),
            ],
            options={"unique_together": {("pair", "reviewer")}},
        ),
        migrations.RunPython(guarded("store_pairanswer"), migrations.RunPython.noop),
    ]
