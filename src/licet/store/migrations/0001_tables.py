"""The tables as they were first made. A test compares what all migrations make with ``models``."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The first."""

    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField(unique=True)),
                ("ledger_hash", models.CharField(max_length=64)),
                ("salt", models.CharField(max_length=64)),
                ("root", models.CharField(max_length=64)),
                ("leaf", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.CharField(max_length=40, unique=True)),
                ("subject", models.CharField(db_index=True, max_length=40)),
                ("expressed_by", models.CharField(max_length=40)),
                ("relation", models.CharField(max_length=30)),
                ("effect", models.CharField(max_length=20)),
                ("at", models.CharField(max_length=27)),
                ("recorded_by", models.CharField(max_length=200)),
                ("use", models.CharField(max_length=200, null=True)),
                ("version", models.IntegerField(null=True)),
                ("purpose", models.CharField(max_length=200, null=True)),
                ("service", models.CharField(max_length=200, null=True)),
                ("category", models.CharField(max_length=200, null=True)),
                ("verified_by", models.CharField(max_length=200)),
                ("independent", models.CharField(max_length=200)),
                ("notice_hash", models.CharField(max_length=200)),
                ("language", models.CharField(max_length=200)),
                ("channel", models.CharField(max_length=20)),
                ("valid_until", models.CharField(max_length=10, null=True)),
                ("supersedes", models.CharField(max_length=200, null=True)),
                ("reason", models.CharField(max_length=200)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("party", models.BigIntegerField(primary_key=True, serialize=False)),
                ("handle", models.CharField(max_length=200, unique=True)),
                ("salt", models.CharField(max_length=64)),
                ("given", models.TextField(null=True)),
                ("middle", models.TextField(null=True)),
                ("family", models.TextField(null=True)),
                ("previous_family", models.TextField(null=True)),
                ("birth", models.CharField(max_length=10, null=True)),
                ("sex", models.TextField(null=True)),
                ("house", models.TextField(null=True)),
                ("street", models.TextField(null=True)),
                ("postcode", models.TextField(null=True)),
                ("uprn", models.TextField(null=True)),
                ("nhs", models.TextField(null=True)),
                ("upn", models.TextField(null=True)),
                ("nino", models.TextField(null=True)),
                ("languages", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("code_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("party", models.BigIntegerField(db_index=True)),
                ("expressed_by", models.CharField(max_length=40)),
                ("relation", models.CharField(max_length=30)),
                ("use", models.CharField(max_length=200)),
                ("version", models.IntegerField()),
                ("service", models.CharField(max_length=200)),
                ("language", models.CharField(max_length=200)),
                ("notice_hash", models.CharField(max_length=200)),
                ("made", models.CharField(max_length=27)),
                ("answered", models.CharField(max_length=27, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(db_index=True, max_length=40)),
                ("data", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pseudonym", models.CharField(max_length=40, unique=True)),
                ("subject", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("use", models.CharField(max_length=200, null=True)),
                ("purpose", models.CharField(max_length=200, null=True)),
                ("service", models.CharField(max_length=200, null=True)),
                ("category", models.CharField(max_length=200, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("receipt_id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("event_id", models.CharField(max_length=40, unique=True)),
                ("content", models.TextField()),
                ("key", models.CharField(max_length=200)),
                ("signature", models.CharField(max_length=128)),
            ],
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("party", models.BigIntegerField(db_index=True)),
                ("row", models.CharField(db_index=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("use", models.CharField(db_index=True, max_length=200)),
                ("first", models.CharField(max_length=300)),
                ("second", models.CharField(max_length=300)),
                ("link", models.CharField(max_length=10)),
                ("reviewer", models.CharField(max_length=200)),
                ("at", models.CharField(max_length=27)),
                ("reason", models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("run", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("use", models.CharField(db_index=True, max_length=200)),
                ("version", models.IntegerField()),
                ("ruling_hash", models.CharField(max_length=64)),
                ("sequence", models.BigIntegerField()),
                ("ledger_hash", models.CharField(max_length=64)),
                ("state", models.CharField(max_length=20)),
                ("stages", models.TextField()),
                ("manifest", models.CharField(max_length=64)),
                ("started", models.CharField(max_length=27)),
                ("changed", models.CharField(max_length=27)),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("key", models.CharField(max_length=300)),
                ("note", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("size", "key"), name="checkpoint_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("level", models.IntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("level", "index"), name="node_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("alone", models.SmallIntegerField()),
                ("place", models.IntegerField()),
                ("subject", models.BigIntegerField(db_index=True)),
                ("own", models.SmallIntegerField()),
                ("holder", models.BigIntegerField()),
                ("yes", models.BigIntegerField()),
                ("version", models.IntegerField()),
                ("until", models.IntegerField()),
                ("no", models.BigIntegerField()),
                ("pending", models.SmallIntegerField()),
                ("thirteen", models.IntegerField()),
                ("sixteen", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("alone", 1)),
                        fields=[
                            "place",
                            "subject",
                            "own",
                            "yes",
                            "version",
                            "until",
                            "no",
                            "pending",
                            "thirteen",
                            "sixteen",
                            "alone",
                        ],
                        name="standing_alone",
                    ),
                    models.Index(
                        condition=models.Q(("alone", 2)),
                        fields=[
                            "subject",
                            "place",
                            "own",
                            "yes",
                            "version",
                            "until",
                            "no",
                            "pending",
                            "thirteen",
                            "sixteen",
                            "alone",
                        ],
                        name="standing_families",
                    ),
                    models.Index(
                        condition=models.Q(("alone", 0)),
                        fields=[
                            "subject",
                            "own",
                            "holder",
                            "place",
                            "yes",
                            "version",
                            "until",
                            "no",
                            "pending",
                            "thirteen",
                            "sixteen",
                            "alone",
                        ],
                        name="standing_together",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("place", models.IntegerField()),
                ("version", models.IntegerField()),
                ("readable", models.SmallIntegerField()),
                ("day", models.IntegerField()),
                ("subject", models.BigIntegerField(db_index=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["place", "version", "readable", "day", "subject"],
                        name="told_covering",
                    )
                ],
            },
        ),
    ]
