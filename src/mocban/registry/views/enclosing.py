"""Annexes in files of their own, added to a draft or left out of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mocban.lib.errors import RuleBroken, Stale
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.ui.errors import say_careful, say_done
from mocban.ui.forms import posted_version
from mocban.ui.pages import get

from ..border import next_enclosed
from ..models import Outgoing
from ..services.enclosing import enclose_files, leave_out_file
from ..signing_forms import EncloseForm
from .outgoing import RELATED, on_detail


@require_POST
def outgoing_enclose(request: Any, pk: Any) -> HttpResponse:
    """Keep what was chosen with the draft."""
    actor = request.actor
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)

    def step(data: dict[str, Any]) -> str:
        files = next_enclosed(data["enclosed"], outgoing, channel=Channel.UPLOAD, actor=actor)
        enclose_files(outgoing=outgoing, files=files, actor=actor, on=today(), version=data["version"])
        return _("Đã kèm tệp vào văn bản.")

    return on_detail(request, outgoing, step, enclose_form=EncloseForm(request.POST, request.FILES))


@require_POST
def outgoing_leave_out(request: Any, pk: Any, part: Any) -> HttpResponse:
    """Leave one annex out."""
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    try:
        leave_out_file(
            outgoing=outgoing, part_id=part, actor=request.actor, on=today(), version=posted_version(request)
        )
    except (RuleBroken, Stale) as refused:
        say_careful(request, str(refused))
    else:
        say_done(request, _("Đã bỏ tệp kèm theo."))
    return redirect("registry:outgoing", pk=pk)
