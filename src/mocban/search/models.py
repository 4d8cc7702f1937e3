"""How far the projection has read, and what stays hidden until it has read on."""

from __future__ import annotations

from django.db import models


class Projection(models.Model):
    """The cursor of one projection of the audit feed on this node: everything up to `position` is in it."""

    name = models.CharField(primary_key=True, max_length=40)
    position = models.BigIntegerField(default=0)


class Withheld(models.Model):
    """An object whose permission changed: left out of hits, counts and facets until it is indexed anew.

    A trigger (migration 0002) adds a row whenever a grant is taken away, so that no caller can forget to.
    """

    id = models.BigAutoField(primary_key=True)
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
