"""Take in the files that belong to an old register: every one is looked at like any file from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.records.intake import accept
from mocban.secrecy.services import SecretRefused

from ... import access, events
from ...choices import ImportState
from ...importing.file_index import path_key
from ...importing.file_sources import FoundFile
from ...models import ImportFile, RegisterImport

MOST_SECRET = 20  # each secret file is an incident of its own; a whole archive of them is not tried to its end
TAKES_FILES = (ImportState.STAGED, ImportState.CHECKED, ImportState.STOPPED, ImportState.DONE)


@dataclass
class Taken:
    """What became of the files of one lot."""

    stored: int = 0
    refused: int = 0
    known: int = 0


def stage_files(
    *,
    register_import: RegisterImport,
    files: Iterable[FoundFile],
    channel: str,
    actor: Actor,
    progress: Callable[[int], None] = lambda done: None,
) -> Taken:
    """Look at each file and keep it for the entry that will name it; bad ones are listed with the reason.

    Call it outside any transaction. A file that bears a secrecy mark opens its own incident and leaves not even its
    name. Raises PermissionDenied, RuleBroken("import.no_files_now" | "import.many_secret_files") and what the source
    refuses.
    """
    access.require(actor, "import.prepare", register_import)
    held = RegisterImport.objects.select_related("organisation").get(pk=register_import.pk)
    if held.state not in TAKES_FILES:
        raise RuleBroken("import.no_files_now", _("Lúc này chưa nhận tệp kèm theo. Hãy chờ kiểm tra hoặc dừng nhập."))
    taken, secret = Taken(), 0
    known = set(held.files.exclude(object=None).values_list("path", flat=True))
    for number, file in enumerate(files, start=1):
        if file.path in known:
            taken.known += 1
            continue
        try:
            accepted = accept(
                file.read(), file.path.rpartition("/")[2], channel=channel, actor=actor, organisation=held.organisation
            )
        except SecretRefused as refused:
            secret += 1
            taken.refused += 1
            _keep(held, f"[{number}]", str(refused.message))
            if secret >= MOST_SECRET:
                message = _("Quá nhiều tệp có dấu chỉ độ mật. Hãy tách các tệp mật ra rồi đưa lên lại.")
                raise RuleBroken("import.many_secret_files", message) from refused
            continue
        except RuleBroken as refused:
            taken.refused += 1
            _keep(held, file.path, str(refused.message))
            continue
        with transaction.atomic():
            stored = content.store(
                examined=accepted.examined, data=accepted.data, organisation=held.organisation, actor=actor
            )
            ImportFile.objects.update_or_create(
                register_import=held,
                path=file.path,
                defaults={"key": path_key(file.path), "object": stored, "problem": ""},
            )
        taken.stored += 1
        progress(number)
    with transaction.atomic():
        details = {"files": taken.stored, "refused": taken.refused}
        audit.record(actor, events.IMPORT_FILES_STAGED, held, details=details)
    return taken


def _keep(held: RegisterImport, path: str, problem: str) -> None:
    ImportFile.objects.update_or_create(
        register_import=held, path=path, defaults={"key": path_key(path), "problem": problem[:500]}
    )
