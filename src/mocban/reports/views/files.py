"""The forms of files and of their hand-over to the archives."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from mocban.archives.models import Submission
from mocban.people.selectors import today
from mocban.records.models import File
from mocban.ui.pages import get

from .. import official
from ..answers import paper


@require_GET
def contents_pdf(request: Any, pk: UUID) -> HttpResponse:
    """The contents list of a file."""
    file = get(File, request.actor, pk=pk, related=("organisation",))
    return paper(lambda: official.contents_list_pdf(file, on=today()), f"contents-{file.notation}.pdf")


@require_GET
def submission_pdf(request: Any, pk: UUID) -> HttpResponse:
    """The list of files handed over."""
    submission = get(Submission, request.actor, pk=pk, related=("organisation", "unit"))
    return paper(lambda: official.submission_list_pdf(submission, on=today()), "submission-list.pdf")


@require_GET
def minutes_pdf(request: Any, pk: UUID) -> HttpResponse:
    """The minutes of a hand-over."""
    submission = get(Submission, request.actor, pk=pk, related=("organisation", "unit"))
    return paper(lambda: official.handover_minutes_pdf(submission, on=today()), "minutes.pdf")
