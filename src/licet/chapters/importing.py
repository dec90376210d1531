"""Answers from a table into the ledger: all of them, or none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters.inviting import workspace_of
from licet.chapters.publishing import ruled_floor
from licet.chapters.stores import open_store
from licet.errors import BadInput, Fault, unknown
from licet.feeds.contract import Feed, Fields
from licet.feeds.location import Location
from licet.feeds.standard import standardise
from licet.files.permissions import DETAILS, Line, notice_path, read_notice, read_permissions
from licet.files.reading import shown
from licet.files.use import read_use
from licet.files.workspace import Workspace
from licet.permission.events import NewEvent, Scope
from licet.permission.identities import Identity
from licet.report.permission.notices import ENGLISH, make_notice
from licet.use import Use

if TYPE_CHECKING:
    from licet.store.opening import Store
