"""The tables. Nothing outside ``store`` imports this: values go in and come out, no rows of Django.

Moments of the ledger are text and days of what stands are numbers, so that SQLite and PostgreSQL
hold the same. Tables marked "derived" can be made again from the others.
"""

from __future__ import annotations

from django.db import models

from licet.store.dialogue_tables import DialogueAct, DialogueGroup, DialogueText, DialogueVote
from licet.store.entry_tables import About, Choice, Entry, Facet
from licet.store.offer_tables import Offer, OfferAct, OfferParty, OfferRow, OfferWords

__all__ = [
    "About",
    "Choice",
    "DialogueAct",
    "DialogueGroup",
    "DialogueText",
    "DialogueVote",
    "Entry",
    "Facet",
    "Offer",
    "OfferAct",
    "OfferParty",
    "OfferRow",
    "OfferWords",
]


class Party(models.Model):
    """A pseudonym, and its number inside this database."""

    id = models.BigAutoField(primary_key=True)
    pseudonym = models.CharField(max_length=40, unique=True)
    subject = models.BooleanField(default=False)


class Event(models.Model):
    """The ledger: added to, never changed. Triggers refuse anything else."""

    sequence = models.BigIntegerField(primary_key=True)
    event_id = models.CharField(max_length=40, unique=True)
    subject = models.CharField(max_length=40, db_index=True)
    expressed_by = models.CharField(max_length=40)
    relation = models.CharField(max_length=30)
    effect = models.CharField(max_length=20)
    at = models.CharField(max_length=27)
    recorded_by = models.CharField(max_length=200)
    use = models.CharField(max_length=200, null=True)
    version = models.IntegerField(null=True)
    purpose = models.CharField(max_length=200, null=True)
    service = models.CharField(max_length=200, null=True)
    category = models.CharField(max_length=200, null=True)
    verified_by = models.CharField(max_length=200)
    independent = models.CharField(max_length=200)
    notice_hash = models.CharField(max_length=200)
    language = models.CharField(max_length=200)
    channel = models.CharField(max_length=20)
    valid_until = models.CharField(max_length=10, null=True)
    supersedes = models.CharField(max_length=200, null=True)
    reason = models.CharField(max_length=200)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)


class Identity(models.Model):
    """Who a subject is. Erased without touching the ledger; ``salt`` dies with it."""

    party = models.BigIntegerField(primary_key=True)
    handle = models.CharField(max_length=200, unique=True)
    salt = models.CharField(max_length=64)
    given = models.TextField(null=True)
    middle = models.TextField(null=True)
    family = models.TextField(null=True)
    previous_family = models.TextField(null=True)
    birth = models.CharField(max_length=10, null=True)
    sex = models.TextField(null=True)
    house = models.TextField(null=True)
    street = models.TextField(null=True)
    postcode = models.TextField(null=True)
    uprn = models.TextField(null=True)
    nhs = models.TextField(null=True)
    upn = models.TextField(null=True)
    nino = models.TextField(null=True)
    languages = models.TextField()

    class Meta:
        indexes = [  # noqa: RUF012 - Django's own form
            models.Index(fields=["birth", "given"], name="store_identity_born")
        ]


class Record(models.Model):
    """A row of a feed known to be a subject's. Erased with the identity."""

    party = models.BigIntegerField(db_index=True)
    row = models.CharField(max_length=300, db_index=True)


class Place(models.Model):
    """A scope without its version, and its number inside this database."""

    use = models.CharField(max_length=200, null=True)
    purpose = models.CharField(max_length=200, null=True)
    service = models.CharField(max_length=200, null=True)
    category = models.CharField(max_length=200, null=True)


COVERED = ("own", "yes", "version", "until", "no", "pending", "thirteen", "sixteen", "alone")
"""What a decision reads, held in the indexes themselves: the table is never looked at."""


class Standing(models.Model):
    """Derived: what stands of one voice in one place. See ``licet.permission.standing``.

    alone: how the row is grouped in a decision, see ``derived``.
    """

    id = models.BigAutoField(primary_key=True)
    alone = models.SmallIntegerField()
    place = models.IntegerField()
    subject = models.BigIntegerField(db_index=True)
    own = models.SmallIntegerField()
    holder = models.BigIntegerField()
    yes = models.BigIntegerField()
    version = models.IntegerField()
    until = models.IntegerField()
    no = models.BigIntegerField()
    pending = models.SmallIntegerField()
    thirteen = models.IntegerField()
    sixteen = models.IntegerField()

    class Meta:
        indexes = [  # noqa: RUF012 - Django's own form
            models.Index(
                fields=["place", "subject", *COVERED],
                name="standing_alone",
                condition=models.Q(alone=1),
            ),
            models.Index(
                fields=["subject", "place", *COVERED],
                name="standing_families",
                condition=models.Q(alone=2),
            ),
            models.Index(
                fields=["subject", "own", "holder", "place", *COVERED[1:]],
                name="standing_together",
                condition=models.Q(alone=0),
            ),
        ]


class Told(models.Model):
    """Derived: the earliest notice of a kind to one subject."""

    id = models.BigAutoField(primary_key=True)
    place = models.IntegerField()
    version = models.IntegerField()
    readable = models.SmallIntegerField()
    day = models.IntegerField()
    subject = models.BigIntegerField(db_index=True)

    class Meta:
        indexes = [  # noqa: RUF012 - Django's own form
            models.Index(
                fields=["place", "version", "readable", "day", "subject"], name="told_covering"
            )
        ]


class Receipt(models.Model):
    """A receipt as it was signed."""

    receipt_id = models.CharField(max_length=40, primary_key=True)
    event_id = models.CharField(max_length=40, unique=True)
    content = models.TextField()
    key = models.CharField(max_length=200)
    signature = models.CharField(max_length=128)


class Invitation(models.Model):
    """A letter with a code. Only a keyed hash of the code is kept."""

    code_hash = models.CharField(max_length=64, primary_key=True)
    party = models.BigIntegerField(db_index=True)
    expressed_by = models.CharField(max_length=40)
    relation = models.CharField(max_length=30)
    use = models.CharField(max_length=200)
    version = models.IntegerField()
    service = models.CharField(max_length=200)
    language = models.CharField(max_length=200)
    notice_hash = models.CharField(max_length=200)
    made = models.CharField(max_length=27)
    answered = models.CharField(max_length=27, null=True)


class Batch(models.Model):
    """Events of the ledger whose salted root stands in the log. The salt never leaves."""

    name = models.CharField(max_length=40, primary_key=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField(unique=True)
    ledger_hash = models.CharField(max_length=64)
    salt = models.CharField(max_length=64)
    root = models.CharField(max_length=64)
    leaf = models.BigIntegerField()


class Leaf(models.Model):
    """The log: added to, never changed. Triggers refuse anything else."""

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=40, db_index=True)
    data = models.TextField()


class Node(models.Model):
    """Kept hash of a complete subtree of the log."""

    id = models.BigAutoField(primary_key=True)
    level = models.IntegerField()
    index = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [  # noqa: RUF012 - Django's own form
            models.UniqueConstraint(fields=["level", "index"], name="node_place")
        ]


class Checkpoint(models.Model):
    """A signed size and root of the log."""

    id = models.BigAutoField(primary_key=True)
    size = models.BigIntegerField()
    key = models.CharField(max_length=300)
    note = models.TextField()

    class Meta:
        constraints = [  # noqa: RUF012 - Django's own form
            models.UniqueConstraint(fields=["size", "key"], name="checkpoint_once")
        ]


class Run(models.Model):
    """One run of a use, and how far it has come."""

    run = models.CharField(max_length=100, primary_key=True)
    use = models.CharField(max_length=200, db_index=True)
    version = models.IntegerField()
    ruling_hash = models.CharField(max_length=64)
    sequence = models.BigIntegerField()
    ledger_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=20)
    stages = models.TextField()
    manifest = models.CharField(max_length=64)
    started = models.CharField(max_length=27)
    changed = models.CharField(max_length=27)


class Review(models.Model):
    """What a reviewer said of two rows. Never changed; it goes with its rows."""

    id = models.BigAutoField(primary_key=True)
    use = models.CharField(max_length=200, db_index=True)
    first = models.CharField(max_length=300)
    second = models.CharField(max_length=300)
    link = models.CharField(max_length=10)
    reviewer = models.CharField(max_length=200)
    at = models.CharField(max_length=27)
    reason = models.CharField(max_length=200)


class Act(models.Model):
    """What accounts and clerks did: voices opened and ended, records disputed. Added to, never changed.

    once: what may happen one time only, as the use of a code.
    """

    sequence = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=64, db_index=True)
    account = models.CharField(max_length=40, db_index=True)
    subject = models.CharField(max_length=40, db_index=True)
    data = models.TextField()
    once = models.CharField(max_length=100, null=True, unique=True)
    by = models.CharField(max_length=200)
    at = models.CharField(max_length=27)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)


class ActBatch(models.Model):
    """Acts whose salted root stands in the log. The salt never leaves."""

    name = models.CharField(max_length=40, primary_key=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField(unique=True)
    act_hash = models.CharField(max_length=64)
    salt = models.CharField(max_length=64)
    root = models.CharField(max_length=64)
    leaf = models.BigIntegerField()


class Disputed(models.Model):
    """What of a dispute says who it is about: the row, and what the family wrote. Can be erased."""

    key = models.CharField(max_length=64, primary_key=True)
    party = models.BigIntegerField(db_index=True)
    row = models.CharField(max_length=300)
    field = models.CharField(max_length=100)
    claim = models.TextField()
    answer = models.TextField()


class Pair(models.Model):
    """Two rows that reviewers look at. How it was drawn is for the auditor alone."""

    name = models.CharField(max_length=40, primary_key=True)
    use = models.CharField(max_length=200, db_index=True)
    run = models.CharField(max_length=200)
    first = models.CharField(max_length=300)
    second = models.CharField(max_length=300)
    stratum = models.CharField(max_length=100)
    weight = models.FloatField()
    drawn = models.CharField(max_length=40)
    made = models.CharField(max_length=27)


class PairAnswer(models.Model):
    """What one reviewer said of a pair: added to, never changed. reviewer: a keyed hash."""

    id = models.BigAutoField(primary_key=True)
    pair = models.CharField(max_length=40, db_index=True)
    reviewer = models.CharField(max_length=64)
    post = models.CharField(max_length=120)
    answer = models.CharField(max_length=20)
    reason = models.CharField(max_length=500)
    at = models.CharField(max_length=27)

    class Meta:
        unique_together = (("pair", "reviewer"),)
