"""The tables of accounts, as Django knows them."""

from __future__ import annotations

from django.apps import AppConfig


class Accounts(AppConfig):
    """Accounts and counted attempts."""

    name = "licet.web.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
