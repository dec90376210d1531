"""The register's derived tables; what the log holds already is sorted by use."""

import json

from django.db import migrations, models


def sort_by_use(apps, editor) -> None:
    """Every leaf that names a use."""
    leaves = apps.get_model("store", "Leaf")
    about = apps.get_model("store", "About")
    alias = editor.connection.alias
    made = []
    for index, data in leaves.objects.using(alias).values_list("index", "data").iterator():
        use = json.loads(data)["body"].get("use")
        if isinstance(use, str):
            made.append(about(leaf=index, use=use))
    about.objects.using(alias).bulk_create(made, batch_size=500)


class Migration(migrations.Migration):
    """After the log's own tables, which stay as they are."""

    dependencies = [("store", "0004_acts")]
    operations = [
        migrations.CreateModel(
            name="About",
            fields=[
                ("leaf", models.BigIntegerField(primary_key=True, serialize=False)),
                ("use", models.CharField(max_length=200)),
            ],
            options={"indexes": [models.Index(fields=["use", "leaf"], name="about_use")]},
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("use", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=500)),
                ("line", models.TextField()),
                ("anew", models.CharField(db_index=True, max_length=10)),
                ("stale", models.BooleanField(db_index=True, default=False)),
                ("mark", models.CharField(max_length=64)),
                ("ruled", models.TextField()),
                ("text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Facet",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("facet", models.CharField(max_length=20)),
                ("value", models.CharField(max_length=120)),
                ("label", models.CharField(max_length=300)),
                ("title", models.CharField(max_length=500)),
                ("use", models.CharField(max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["facet", "value", "title", "use"], name="facet_listed"),
                    models.Index(fields=["use", "facet", "value"], name="facet_of_use"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("facet", models.CharField(db_index=True, max_length=20)),
                ("value", models.CharField(max_length=120)),
                ("label", models.CharField(max_length=300)),
                ("uses", models.IntegerField()),
            ],
        ),
        migrations.RunPython(sort_by_use, migrations.RunPython.noop),
    ]
