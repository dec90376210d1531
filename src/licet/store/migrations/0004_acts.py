"""Acts of accounts and clerks, and what of a dispute can be erased."""

from django.db import migrations, models

from licet.store.guards import guarded


def _text(length, **more):
    return models.CharField(max_length=length, **more)


class Migration(migrations.Migration):
    """After the triggers of the first tables."""

    dependencies = [("store", "0003_identity_lookup")]
    operations = [
        migrations.CreateModel(
            name="Act",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", _text(30)),
                ("key", _text(64, db_index=True)),
                ("account", _text(40, db_index=True)),
                ("subject", _text(40, db_index=True)),
                ("data", models.TextField()),
                ("once", _text(100, null=True, unique=True)),
                ("by", _text(200)),
                ("at", _text(27)),
                ("previous_hash", _text(64)),
                ("hash", _text(64)),
            ],
        ),
        migrations.CreateModel(
            name="ActBatch",
            fields=[
                ("name", _text(40, primary_key=True, serialize=False)),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField(unique=True)),
                ("act_hash", _text(64)),
                ("salt", _text(64)),
                ("root", _text(64)),
                ("leaf", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Disputed",
            fields=[
                ("key", _text(64, primary_key=True, serialize=False)),
                ("party", models.BigIntegerField(db_index=True)),
                ("row", _text(300)),
                ("field", _text(100)),
                ("claim", models.TextField()),
                ("answer", models.TextField()),
            ],
        ),
        migrations.RunPython(guarded("store_act", "store_actbatch"), migrations.RunPython.noop),
    ]
