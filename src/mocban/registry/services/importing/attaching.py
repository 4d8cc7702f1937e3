"""Attach the staged files to the documents they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django.utils.translation import gettext as _

from mocban.content.choices import ObjectState
from mocban.people.actor import Actor
from mocban.records import services as records
from mocban.records.choices import ObjectRole
from mocban.records.models import Document

from ...importing.columns import mapping_of
from ...importing.file_index import FileIndex
from ...importing.rows import Entry
from ...models import ImportFile, ImportRow, RegisterImport


class Placed(Protocol):
    """A row that is being entered."""

    @property
    def row(self) -> ImportRow: ...
    @property
    def entry(self) -> Entry: ...


class Attacher:
    """Finds and attaches the files of one run; a file found by number or code serves one document only."""

    def __init__(self, held: RegisterImport, actor: Actor) -> None:
        self._how = mapping_of(held.mapping).files
        self._actor = actor
        files = held.files.exclude(object=None).select_related("object") if self._how else []
        self._index = FileIndex(files)
        self._used = {file.pk for file in files if file.attached}

    def attach(self, entered: Iterable[tuple[Placed, Document]]) -> None:
        """Attach what belongs to each document; what is missing is noted on the row."""
        if not self._how:
            return
        now_used: set[int] = set()
        for one, document in entered:
            files, problem = self._index.find(one.entry, self._how)
            faults = [problem] if problem else []
            for place, file in enumerate(files):
                assert isinstance(file, ImportFile)
                fault = self._attach(file, document, ObjectRole.ANNEX if place else ObjectRole.MAIN)
                if fault:
                    faults.append(fault)
                else:
                    now_used.add(file.pk)
            one.row.problem = " ".join([one.row.problem, *faults]).strip()[:500]
        self._used |= now_used
        ImportFile.objects.filter(pk__in=now_used).update(attached=True)

    def _attach(self, file: ImportFile, document: Document, role: ObjectRole) -> str:
        if file.pk in self._used and self._how != "name":
            return _("Tệp “%s” đã gắn với văn bản khác.") % file.path[:80]
        stored = file.object
        if stored is None or stored.state != ObjectState.STORED:
            return _("Tệp “%s” đã bị phong tỏa nên không gắn vào văn bản.") % file.path[:80]
        records.attach(document=document, stored=stored, role=role, actor=self._actor)
        return ""
