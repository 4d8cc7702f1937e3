"""Reads of imports of old registers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from mocban.people.actor import Actor

from .choices import ImportRowState, ImportState
from .models import ImportFile, ImportRow, RegisterImport, Series

FILES_SHOWN = 200


def imports_of(actor: Actor) -> QuerySet[Any]:
    """The imports of the body, newest first; those that were dropped are left out."""
    return RegisterImport.objects.visible_to(actor).exclude(state=ImportState.DISCARDED)


def rows_of(register_import: RegisterImport, state: str = "") -> QuerySet[Any]:
    """The rows of an import, in one state when one is named."""
    rows = register_import.rows.all()
    return rows.filter(state=state) if state in ImportRowState.values else rows


def series_for(register_import: RegisterImport, actor: Actor) -> QuerySet[Any]:
    """The series that may hold the numbers of the register."""
    return Series.objects.visible_to(actor).filter(direction=register_import.direction).order_by("name")


def faulty_files(register_import: RegisterImport) -> QuerySet[ImportFile]:
    """Files that were not taken, with the reason."""
    return register_import.files.exclude(problem="")[:FILES_SHOWN]


def unused_files(register_import: RegisterImport) -> QuerySet[ImportFile]:
    """Files that no document has claimed."""
    return register_import.files.exclude(object=None).filter(attached=False)


def earlier_same(register_import: RegisterImport) -> RegisterImport | None:
    """An earlier import of the very same file that entered something."""
    found: RegisterImport | None = (
        RegisterImport.objects.filter(
            organisation_id=register_import.organisation_id, sha256=register_import.sha256, state=ImportState.DONE
        )
        .exclude(pk=register_import.pk)
        .first()
    )
    return found


def row_of(actor: Actor, import_pk: Any, pk: int) -> Any:
    """A row of an import that the actor may see, or none."""
    held = RegisterImport.objects.visible_to(actor).filter(pk=import_pk)
    return ImportRow.objects.filter(register_import__in=held, pk=pk).select_related("register_import").first()
