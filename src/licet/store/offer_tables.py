"""The tables of the queue: households before reviewers, and what was said of them."""

from __future__ import annotations

from django.db import models


class Offer(models.Model):
    """A household before reviewers. It goes as soon as anybody in it says no."""

    name = models.CharField(max_length=40, primary_key=True)
    use = models.CharField(max_length=200, db_index=True)
    version = models.IntegerField()
    purpose = models.CharField(max_length=200)
    run = models.CharField(max_length=200)
    rule = models.CharField(max_length=200)
    rule_hash = models.CharField(max_length=64)
    as_of = models.CharField(max_length=10)
    about = models.TextField()
    unit = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    people = models.TextField()
    reasons = models.TextField()
    drawn = models.BooleanField()
    state = models.CharField(max_length=20)
    made = models.CharField(max_length=10)
    until = models.CharField(max_length=10)
    holder = models.CharField(max_length=64)
    held = models.CharField(max_length=10)
    code_hash = models.CharField(max_length=64, null=True, unique=True)


class OfferRow(models.Model):
    """A row of a feed that a household in the queue rests on."""

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=40, db_index=True)
    record = models.CharField(max_length=300, db_index=True)


class OfferParty(models.Model):
    """Somebody of the ledger whose no takes a household out of the queue."""

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=40, db_index=True)
    party = models.BigIntegerField(db_index=True)
    service = models.CharField(max_length=200)


class OfferWords(models.Model):
    """What a reviewer or a family wrote about a household. It goes with the household."""

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=40, db_index=True)
    by = models.CharField(max_length=120)
    text = models.TextField()


class OfferAct(models.Model):
    """What was done about a household: added to, never changed. It names nobody, and stays when the
    household is forgotten. reviewer: a keyed hash."""

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=40, db_index=True)
    use = models.CharField(max_length=200, db_index=True)
    version = models.IntegerField()
    rule = models.CharField(max_length=200)
    act = models.CharField(max_length=20)
    by = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    reviewer = models.CharField(max_length=64)
    post = models.CharField(max_length=120)
    day = models.CharField(max_length=10)
