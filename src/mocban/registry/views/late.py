"""Outgoing documents outside the usual way: entered late, cancelled before issue, issued in another name."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, When
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban.people.models import Organisation
from mocban.people.selectors import today, units_open
from mocban.secrecy.choices import Channel
from mocban.ui.errors import say_done
from mocban.ui.pages import get, page

from .. import access, selectors
from ..border import look_at
from ..choices import Direction, IssuerKind
from ..models import Outgoing
from ..numbering_forms import CancelForm, DraftIssuerForm, LateForm
from ..services.cancelling import cancel_outgoing
from ..services.drafting import set_issuer
from ..services.late import LateDocument, enter_late_outgoing
from .form_pages import form_page, given, posted

OWN_FIRST = Case(When(series__issuer__kind=IssuerKind.OWN, then=0), default=1)
RELATED = ("document", "organisation", "issuer")


@require_http_methods(["GET", "POST"])
def outgoing_late(request: Any) -> HttpResponse:
    """Enter a document that was signed and issued on paper, or while the system was down."""
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "outgoing.enter_late", organisation)
    books = selectors.open_books(actor, Direction.OUTGOING, year=on.year).order_by(OWN_FIRST, "series__issuer", "name")
    typed = (request.POST, request.FILES) if request.method == "POST" else ()
    form = LateForm(*typed, organisation=organisation, on=on, books=books, units=units_open(actor))

    def step(_data: dict[str, Any]) -> str:
        entered = enter(form, actor=actor, organisation=organisation, on=on)
        say_done(request, _("Đã đăng ký muộn văn bản %s.") % entered.document.printed_code)
        return reverse("registry:outgoing", args=[entered.pk])

    def shown(status: int = 200) -> HttpResponse:
        context = {"title": _("Đăng ký muộn văn bản đi"), "form": form}
        return page(request, "registry/outgoing_late.html", context, status=status)

    return posted(form, step, shown) if request.method == "POST" else shown()


def enter(form: LateForm, *, actor: Any, organisation: Organisation, on: Any) -> Outgoing:
    """Look at the files outside any transaction, then enter. Raises SecretRefused, RuleBroken, PermissionDenied."""
    cleaned, document = form.cleaned_data, form.document()
    uploads = [upload for upload in [cleaned["file"], *cleaned["annexes"]] if upload]
    files = look_at(
        uploads, document, level=cleaned["secrecy"], channel=Channel.UPLOAD, actor=actor, organisation=organisation
    )
    late = LateDocument(
        document=document,
        true_date=cleaned["true_date"],
        reason=cleaned["reason"],
        unit=cleaned["unit"],
        recipients=[line.strip() for line in cleaned["recipients"].splitlines() if line.strip()],
        files=files,
    )
    return enter_late_outgoing(late=late, book=cleaned["book"], actor=actor, on=on)


@require_http_methods(["GET", "POST"])
def outgoing_cancel(request: Any, pk: Any) -> HttpResponse:
    """Cancel before issue, with the reason."""
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "outgoing.cancel", outgoing)

    def step(data: dict[str, Any]) -> str:
        cancel_outgoing(outgoing=outgoing, **data, actor=request.actor, on=today())
        say_done(request, _("Đã bỏ văn bản; số đã lấy ghi là bỏ."))
        return reverse("registry:outgoing", args=[pk])

    return form_page(
        request,
        CancelForm(given(request), initial={"version": outgoing.version}),
        step,
        title=_("Bỏ văn bản trước khi phát hành"),
        sentence=_("Số đã lấy được ghi là bỏ kèm lý do và không dùng lại. Tệp và lịch sử của văn bản vẫn giữ."),
        action_label=_("Bỏ văn bản"),
        back=(outgoing.document.printed_code or _("Văn bản đi"), reverse("registry:outgoing", args=[pk])),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def outgoing_issuer(request: Any, pk: Any) -> HttpResponse:
    """In whose name a draft is issued, alone or jointly."""
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "outgoing.set_issuer", outgoing)
    lines = ["; ".join(filter(None, (body.name, body.symbol, body.signer))) for body in outgoing.joint_bodies.all()]
    first = {"version": outgoing.version, "issuer": outgoing.issuer_id, "joint_bodies": "\n".join(lines)}
    issuers = selectors.issuers_of(outgoing.organisation_id)

    def step(data: dict[str, Any]) -> str:
        set_issuer(
            outgoing=outgoing,
            issuer=data["issuer"],
            bodies=data["joint_bodies"],
            version=data["version"],
            actor=request.actor,
            on=today(),
        )
        say_done(request, _("Đã ghi cơ quan ban hành."))
        return reverse("registry:outgoing", args=[pk])

    return form_page(
        request,
        DraftIssuerForm(given(request), issuers=issuers, initial=first),
        step,
        title=_("Cơ quan ban hành của dự thảo"),
        sentence=_("Văn bản liên tịch lấy số của cơ quan chủ trì; ký hiệu nối chữ viết tắt các cơ quan."),
        action_label=_("Lưu"),
        back=(outgoing.document.subject[:60], reverse("registry:outgoing", args=[pk])),
    )
