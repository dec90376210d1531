"""The dialogue: acts and votes that are only ever added to, texts and groups that can be deleted."""

from django.db import migrations, models

from licet.store.guards import guarded


def _text(length, **more):
    return models.CharField(max_length=length, **more)


class Migration(migrations.Migration):
    """After the register's entries."""

    dependencies = [("store", "0005_entries")]
    operations = [
        migrations.CreateModel(
            name="DialogueAct",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("item", models.BigIntegerField(db_index=True)),
                ("move", _text(20)),
                ("by", _text(40, db_index=True)),
                ("role", _text(200)),
                ("at", _text(27)),
                ("use", _text(200, db_index=True)),
                ("sort", _text(20)),
                ("version", models.IntegerField()),
                ("text", _text(64)),
                ("parameter", _text(40)),
                ("value", _text(200)),
            ],
        ),
        migrations.CreateModel(
            name="DialogueText",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("salt", _text(64)),
                ("text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="DialogueVote",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("item", models.BigIntegerField(db_index=True)),
                ("voter", _text(40)),
                ("said", _text(10)),
                ("at", _text(27)),
            ],
        ),
        migrations.CreateModel(
            name="DialogueGroup",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person", _text(40, db_index=True)),
                ("group", _text(100)),
            ],
        ),
        migrations.RunPython(
            guarded("store_dialogueact", "store_dialoguevote"), migrations.RunPython.noop
        ),
    ]
