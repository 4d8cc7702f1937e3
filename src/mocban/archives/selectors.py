"""Reads of the archives."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet

from mocban.people.actor import Actor
from mocban.people.models import Unit
from mocban.records.choices import FileState
from mocban.records.models import File

from .models import Fonds, Holding, Place, Submission


def submissions_for(actor: Actor) -> QuerySet[Any]:
    """Submissions the actor may see, with the number of files."""
    found: QuerySet[Any] = Submission.objects.visible_to(actor).select_related("unit").annotate(files=Count("lines"))
    return found


def waiting_submissions(actor: Actor) -> QuerySet[Any]:
    """What waits for the archivist."""
    found: QuerySet[Any] = submissions_for(actor).filter(state="sent")
    return found


def submittable(actor: Actor, unit: Unit) -> QuerySet[Any]:
    """Closed files of the unit that are not on their way yet."""
    files: QuerySet[Any] = File.objects.visible_to(actor).filter(unit=unit, state=FileState.CLOSED)
    return files.annotate(documents=Count("entries")).order_by("notation")


def lines(submission: Submission) -> QuerySet[Any]:
    """The list of files handed over, in order."""
    found: QuerySet[Any] = submission.lines.select_related("file__maker__person").annotate(
        documents=Count("file__entries")
    )
    return found


def holdings_for(actor: Actor, *, unplaced: bool = False) -> QuerySet[Any]:
    """Files in custody that the actor may see."""
    held: QuerySet[Any] = Holding.objects.visible_to(actor).select_related("file__unit", "fonds", "place", "package")
    return held.filter(fonds=None) if unplaced else held


def fonds_for(actor: Actor) -> QuerySet[Any]:
    found: QuerySet[Any] = Fonds.objects.visible_to(actor).annotate(files=Count("holdings")).order_by("code")
    return found


def places_for(actor: Actor) -> QuerySet[Any]:
    found: QuerySet[Any] = Place.objects.visible_to(actor).annotate(files=Count("holdings"))
    return found
