"""What may stand in an address besides fixed words."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import IntConverter, StringConverter


class Number(IntConverter):
    """A number that every database can hold: what is longer is no address of ours."""

    regex = "[0-9]{1,9}"


class Name(StringConverter):
    """The name of a use, of a receipt and the like: short enough to be the name of a file."""

    regex = "[-a-zA-Z0-9_]{1,200}"


register_converter(Number, "number")
register_converter(Name, "name")
