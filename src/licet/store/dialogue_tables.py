"""The tables of the dialogue. Acts and votes are only ever added to; texts and groups can be deleted."""

from __future__ import annotations

from django.db import models


class DialogueAct(models.Model):
    """What was done about an item. by: a pseudonym. text: a salted hash of what was written."""

    number = models.BigIntegerField(primary_key=True)
    item = models.BigIntegerField(db_index=True)
    move = models.CharField(max_length=20)
    by = models.CharField(max_length=40, db_index=True)
    role = models.CharField(max_length=200)
    at = models.CharField(max_length=27)
    use = models.CharField(max_length=200, db_index=True)
    sort = models.CharField(max_length=20)
    version = models.IntegerField()
    text = models.CharField(max_length=64)
    parameter = models.CharField(max_length=40)
    value = models.CharField(max_length=200)


class DialogueText(models.Model):
    """What somebody wrote. Taken down without touching the act; ``salt`` goes with it."""

    number = models.BigIntegerField(primary_key=True)
    salt = models.CharField(max_length=64)
    text = models.TextField()


class DialogueVote(models.Model):
    """What a voter said of an item: agree, disagree, pass or second. The last of each counts."""

    id = models.BigAutoField(primary_key=True)
    item = models.BigIntegerField(db_index=True)
    voter = models.CharField(max_length=40)
    said = models.CharField(max_length=10)
    at = models.CharField(max_length=27)


class DialogueGroup(models.Model):
    """A social group that somebody says they belong to, by a pseudonym of its own."""

    id = models.BigAutoField(primary_key=True)
    person = models.CharField(max_length=40, db_index=True)
    group = models.CharField(max_length=100)
