"""Accounts. Who a family account may speak for is not here but in the store, by pseudonym.

A family account needs no e-mail address and no real name: only a name to sign in with.
"""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from licet.web.roles import STAFF, Role


class Accounts(BaseUserManager):
    """Making and finding accounts."""

    def make(self, login: str, password: str, role: Role = "family", **more: object) -> Account:
        """A new account. login: in any case of letters, one account each."""
        made = self.model(login=login.strip().casefold(), role=role, **more)
        made.set_password(password)
        made.full_clean(exclude=["password"])
        made.save(using=self._db)
        return made

    def get_by_natural_key(self, login: str | None) -> Account:
        """As Django signs people in."""
        return self.get(login=(login or "").strip().casefold())


class Account(AbstractBaseUser):
    """Somebody who can sign in. key: what the store calls the account. demo:
    has a password that everybody knows, and works only where a demonstration is served."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    login = models.CharField(max_length=80, unique=True)
    role = models.CharField(max_length=20, default="family")
    post = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="en")
    demo = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    made = models.DateTimeField(auto_now_add=True)
    last_login = None  # when somebody last looked is nobody's business

    objects = Accounts()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: list[str] = []  # noqa: RUF012 - Django's own form

    @property
    def staff(self) -> bool:
        """Whether this is an account of the body itself."""
        return self.role in STAFF


class Attempts(models.Model):
    """How often something that can be guessed was tried, by a keyed hash of who tried and what."""

    mark = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    times = models.IntegerField(default=0)


class Progress(models.Model):
    """A job of ``jobs``: how far it is, how it ended. by: a post, never a person's name."""

    job = models.UUIDField(default=uuid.uuid4, primary_key=True, editable=False)
    kind = models.CharField(max_length=20)
    use = models.CharField(max_length=200)
    by = models.CharField(max_length=120)
    stage = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, default="running")
    text = models.TextField(blank=True)
    made = models.DateTimeField(auto_now_add=True)
    ended = models.DateTimeField(null=True)
