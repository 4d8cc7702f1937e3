"""Hiding at once what must no longer be found, and building the index anew.

These functions are the projection itself, so they ask no `access.require` and record nothing.
"""

from __future__ import annotations

from django.db import connection, models

from mocban.audit.positions import CHANNEL_APPENDED

from . import feed
from .models import Withheld


def withhold(obj: models.Model) -> None:
    """Leave the object out of every search, count and facet until it is indexed anew, in the caller's transaction.

    Taking a grant away does this by itself (a trigger); call it where an object is frozen or its rights change
    otherwise.
    """
    Withheld.objects.create(object_type=obj._meta.label_lower, object_id=obj.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL_APPENDED])


def rebuild() -> int:
    """Build the index anew from the database and return its number of rows.

    Nothing deleted earlier is left on disk afterwards: erasing content ends with it.
    """
    return feed.rebuild()


def catch_up() -> int:
    """Take in everything that the feed holds and return how many positions and withheld objects that were."""
    covered = 0
    while count := feed.step():
        covered += count
    return covered
