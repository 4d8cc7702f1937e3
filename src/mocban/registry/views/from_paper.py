"""The electronic document from paper: the clerk seals the scan of what was issued on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban.law.basis import basis
from mocban.people.selectors import today
from mocban.ui.errors import say_done
from mocban.ui.pages import get

from .. import access
from ..choices import SigningPurpose
from ..models import Outgoing
from ..services.key_steps import carry_out, from_paper_step
from ..signing_forms import IssueForm
from ..signing_places import place_of
from .form_pages import form_page, given

RELATED = ("document", "organisation", "unit")


@require_http_methods(["GET", "POST"])
def outgoing_from_paper(request: Any, pk: Any) -> HttpResponse:
    """Ask, then sign the scan with the organisation's key."""
    actor, on = request.actor, today()
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    access.require(actor, "outgoing.issue_from_paper", outgoing)
    place = place_of(actor, SigningPurpose.ISSUE)
    if place.elsewhere:
        return redirect("registry:token_from_paper", pk=pk)
    address, code = reverse("registry:outgoing", args=[pk]), outgoing.document.printed_code

    def step(data: dict[str, Any]) -> str:
        started = from_paper_step(outgoing=outgoing, actor=actor, on=on, version=data.pop("version"))
        carry_out(started, **data)
        say_done(request, _("Đã ký số của cơ quan lên bản quét; bản quét ban đầu vẫn được giữ."))
        return address

    sentence = _(
        "Bản quét của văn bản giấy %(code)s được ký số của cơ quan thành văn bản điện tử (%(citation)s). Hãy đối chiếu "
        "bản quét với bản giấy trước khi ký; chữ ký số này không rút lại được."
    )
    held = basis("issue_from_paper", on=on, regime=outgoing.organisation.regime)
    return form_page(
        request,
        IssueForm(given(request), place=place, initial={"version": outgoing.version}),
        step,
        title=_("Ký số của cơ quan lên bản quét"),
        sentence=sentence % {"code": code, "citation": held.citation or _("quy định chờ xác nhận")},
        action_label=_("Ký số của cơ quan"),
        back=(code, address),
    )
