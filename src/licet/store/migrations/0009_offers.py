"""The queue of offers: households before reviewers, and what was said of them."""

from django.db import migrations, models

from licet.store.guards import guarded


class Migration(migrations.Migration):
    """After reviews may go with their rows."""

    dependencies = [("store", "0008_reviews_go")]
    operations = [
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("use", models.CharField(max_length=200, db_index=True)),
                ("version", models.IntegerField()),
                ("purpose", models.CharField(max_length=200)),
                ("run", models.CharField(max_length=200)),
                ("rule", models.CharField(max_length=200)),
                ("rule_hash", models.CharField(max_length=64)),
                ("as_of", models.CharField(max_length=10)),
                ("about", models.TextField()),
                ("unit", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=200)),
                ("people", models.TextField()),
                ("reasons", models.TextField()),
                ("drawn", models.BooleanField()),
                ("state", models.CharField(max_length=20)),
                ("made", models.CharField(max_length=10)),
                ("until", models.CharField(max_length=10)),
                ("holder", models.CharField(max_length=64)),
                ("held", models.CharField(max_length=10)),
                ("code_hash", models.CharField(max_length=64, null=True, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="OfferRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("item", models.CharField(max_length=40, db_index=True)),
                ("record", models.CharField(max_length=300, db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="OfferParty",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("item", models.CharField(max_length=40, db_index=True)),
                ("party", models.BigIntegerField(db_index=True)),
                ("service", models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="OfferWords",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("item", models.CharField(max_length=40, db_index=True)),
                ("by", models.CharField(max_length=120)),
                ("text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="OfferAct",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("item", models.CharField(max_length=40, db_index=True)),
                ("use", models.CharField(max_length=200, db_index=True)),
                ("version", models.IntegerField()),
                ("rule", models.CharField(max_length=200)),
                ("act", models.CharField(max_length=20)),
                ("by", models.CharField(max_length=20)),
                ("state", models.CharField(max_length=20)),
                ("reviewer", models.CharField(max_length=64)),
                ("post", models.CharField(max_length=120)),
                ("day", models.CharField(max_length=10)),
            ],
        ),
        migrations.RunPython(guarded("store_offeract"), migrations.RunPython.noop),
    ]
