"""The electronic document from paper: the clerk seals the scan of what was issued on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban.law.basis import basis
from mocban.people.selectors import today
from mocban.ui.errors import say_done
from mocban.ui.forms import VersionedForm, posted_version
from mocban.ui.pages import confirm, get

from .. import access
from ..models import Outgoing
from ..services.from_paper import issue_from_paper

RELATED = ("document", "organisation", "unit")


@require_http_methods(["GET", "POST"])
def outgoing_from_paper(request: Any, pk: Any) -> HttpResponse:
    """Ask, then sign the scan with the organisation's key."""
    on = today()
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "outgoing.issue_from_paper", outgoing)
    if request.method == "POST":
        issue_from_paper(outgoing=outgoing, actor=request.actor, on=on, version=posted_version(request))
        say_done(request, _("Đã ký số của cơ quan lên bản quét; bản quét ban đầu vẫn được giữ."))
        return redirect("registry:outgoing", pk=pk)
    sentence = _(
        "Bản quét của văn bản giấy được ký số của cơ quan thành văn bản điện tử. Hãy đối chiếu bản quét với bản giấy "
        "trước khi ký; chữ ký số này không rút lại được."
    )
    return confirm(
        request,
        title=_("Ký số của cơ quan lên bản quét"),
        sentence=sentence,
        action_label=_("Ký số của cơ quan"),
        cancel_url=f"/registry/outgoing/{pk}/",
        form=VersionedForm(initial={"version": outgoing.version}),
        facts=[(_("Số, ký hiệu"), outgoing.document.printed_code), (_("Trích yếu"), outgoing.document.subject)],
        citation=basis("issue_from_paper", on=on, regime=outgoing.organisation.regime).citation,
    )
