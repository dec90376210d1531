"""Accounts, counted attempts, jobs."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    """The first."""

    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("login", models.CharField(max_length=80, unique=True)),
                ("role", models.CharField(default="family", max_length=20)),
                ("post", models.CharField(blank=True, max_length=120)),
                ("language", models.CharField(default="en", max_length=10)),
                ("demo", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("made", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Attempts",
            fields=[
                ("mark", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("times", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                (
                    "job",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("use", models.CharField(max_length=200)),
                ("by", models.CharField(max_length=120)),
                ("stage", models.CharField(blank=True, max_length=200)),
                ("state", models.CharField(default="running", max_length=20)),
                ("text", models.TextField(blank=True)),
                ("made", models.DateTimeField(auto_now_add=True)),
                ("ended", models.DateTimeField(null=True)),
            ],
        ),
    ]
