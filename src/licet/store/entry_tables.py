"""The tables of the register's entries: all of them derived. See ``entries``."""

from __future__ import annotations

from django.db import models


class About(models.Model):
    """Derived: which leaves of the log are about a use."""

    leaf = models.BigIntegerField(primary_key=True)
    use = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["use", "leaf"], name="about_use")]  # noqa: RUF012


class Entry(models.Model):
    """Derived: the entry of a use in the register, ready to be shown.

    line: what a list says of it. text: all of it. ruled: the part that only another ruling changes.
    mark: of what it was ruled from. anew: the first day on which it would be another one, "9999-12-31" for
    never. stale: the log has grown about it since.
    """

    use = models.CharField(max_length=200, primary_key=True)
    title = models.CharField(max_length=500)
    line = models.TextField()
    anew = models.CharField(max_length=10, db_index=True)
    stale = models.BooleanField(default=False, db_index=True)
    mark = models.CharField(max_length=64)
    ruled = models.TextField()
    text = models.TextField()


class Facet(models.Model):
    """Derived: by what an entry can be found. In the order of titles, so that a page of a list is read
    from the index."""

    id = models.BigAutoField(primary_key=True)
    facet = models.CharField(max_length=20)
    value = models.CharField(max_length=120)
    label = models.CharField(max_length=300)
    title = models.CharField(max_length=500)
    use = models.CharField(max_length=200)

    class Meta:
        indexes = [  # noqa: RUF012 - Django's own form
            models.Index(fields=["facet", "value", "title", "use"], name="facet_listed"),
            models.Index(fields=["use", "facet", "value"], name="facet_of_use"),
        ]


class Choice(models.Model):
    """Derived: what can be looked for, and how many uses there are of it."""

    id = models.BigAutoField(primary_key=True)
    facet = models.CharField(max_length=20, db_index=True)
    value = models.CharField(max_length=120)
    label = models.CharField(max_length=300)
    uses = models.IntegerField()
