"""Trust anchors and revocation data: the lists, proposing, the second administrator's page, importing a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.ui.errors import form_error, say_careful, say_done
from mocban.ui.pages import get, page
from mocban.ui.tables import Column

from .. import access, services, trust_selectors
from ..choices import AnchorState, TrustPurpose
from ..models import TrustAnchor
from ..trust_forms import AgreeForm, AnchorForm, ReasonForm, RevocationForm

if TYPE_CHECKING:
    from ..trust_files import CertificateFacts


def _allowed(request: Any, verb: str) -> Organisation:
    body: Organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    access.require(request.actor, verb, body)
    return body


def _state(anchor: TrustAnchor) -> tuple[Any, str]:
    if anchor.withdrawal_asked:
        return _("Chờ đồng ý thôi tin cậy"), "warning"
    return anchor.get_state_display(), trust_selectors.ANCHOR_TONES[AnchorState(anchor.state)]


def _purposes(anchor: TrustAnchor) -> str:
    return ", ".join(str(TrustPurpose(purpose).label) for purpose in anchor.purposes)


def _days(anchor: TrustAnchor) -> str:
    since = f"{anchor.since:%d/%m/%Y}" if anchor.since else "…"
    until = f"{anchor.until:%d/%m/%Y}" if anchor.until else "…"
    return f"{since} – {until}" if anchor.since or anchor.until else _("không giới hạn")


def _columns() -> list[Column]:
    return [
        Column(_("Chứng thư"), "subject", link=lambda row: reverse("signing:anchor", args=[row.pk])),
        Column(_("Dùng để tin cậy"), _purposes),
        Column(_("Tin cậy trong thời gian"), _days),
        Column(_("Chứng thư hết hạn"), "not_after", kind="date"),
        Column(_("Trạng thái"), _state, kind="badge"),
    ]


@require_safe
def trust_list(request: Any) -> HttpResponse:
    """What this installation trusts, and what waits for a second administrator."""
    body = _allowed(request, "trust.view")
    now = timezone.now()
    decides = access.may(request.actor, "trust.decide", body)
    anchors = list(trust_selectors.anchors_listed(request.actor))
    context = {
        "title": _("Chứng thư được tin cậy"),
        "columns": _columns(),
        "anchors": anchors,
        "waiting": trust_selectors.waiting_for(anchors, request.actor) if decides else 0,
        "configured": trust_selectors.configured(),
        "stale": [one for one in trust_selectors.revocation_listed(request.actor, at=now) if one.state == "stale"],
        "may_propose": decides,
    }
    return page(request, "signing/trust_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def anchor_new(request: Any) -> HttpResponse:
    """Propose a certificate."""
    _allowed(request, "trust.decide")
    form, status = AnchorForm(initial={"purposes": [TrustPurpose.SIGNING]}), 200
    if request.method == "POST":
        form, status = AnchorForm(request.POST, request.FILES), 422
        if form.is_valid():
            cleaned = form.cleaned_data
            try:
                anchor = services.propose_anchor(
                    certificate=cleaned["certificate"].read(),
                    purposes=cleaned["purposes"],
                    since=cleaned["since"],
                    until=cleaned["until"],
                    actor=request.actor,
                    on=today(),
                )
            except RuleBroken as refused:
                form_error(form, refused)
                status = 409
            else:
                say_done(request, _("Đã ghi đề nghị; một quản trị khác phải đối chiếu dấu vân tay và đồng ý."))
                return redirect("signing:anchor", pk=anchor.pk)
    context = {"title": _("Đề nghị tin cậy chứng thư"), "form": form}
    return page(request, "signing/anchor_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def anchor_detail(request: Any, pk: UUID) -> HttpResponse:
    """One anchor: what to compare, who did what, and the steps that this person may take."""
    body = _allowed(request, "trust.view")
    anchor: TrustAnchor = get(TrustAnchor, request.actor, pk=pk)
    forms: dict[str, Any] = {"agree": AgreeForm(), "refuse": ReasonForm(), "ask_withdrawal": ReasonForm()}
    status = 200
    if request.method == "POST":
        _allowed(request, "trust.decide")
        verb = request.POST.get("step", "")
        done = _step(request, anchor, verb, forms)
        if done:
            say_done(request, done)
            return redirect("signing:anchor", pk=pk)
        status = 409
        anchor.refresh_from_db()
    from .. import trust_files  # loads cryptography, see keys.py

    decides = access.may(request.actor, "trust.decide", body)
    facts = trust_files.read_certificate(bytes(anchor.certificate))
    context = {
        "title": facts.name,
        "anchor": anchor,
        "badge": _state(anchor),
        "facts": _facts(anchor, facts),
        "fingerprint": trust_files.grouped(anchor.sha256),
        "steps": trust_selectors.steps(anchor, request.actor) if decides else [],
        "forms": forms,
        "own": anchor.first_person_id == request.actor.person_id,
        "entries": history(anchor),
    }
    return page(request, "signing/anchor.html", context, status=status)


def _step(request: Any, anchor: TrustAnchor, verb: str, forms: dict[str, Any]) -> str:
    """Do one step; return the sentence of what was done, "" when the form beside it says why not."""
    common = {"anchor": anchor, "actor": request.actor, "on": today()}
    plain: dict[str, tuple[Callable[..., Any], str]] = {
        "take_back": (services.take_back_anchor, _("Đã rút đề nghị.")),
        "agree_withdrawal": (services.agree_withdrawal, _("Chứng thư không còn được tin cậy.")),
        "keep": (services.keep_anchor, _("Chứng thư vẫn được tin cậy.")),
    }
    if verb in plain:
        act, sentence = plain[verb]
        act(**common)
        return sentence
    typed: dict[str, tuple[Callable[..., Any], type[Any], str, str]] = {
        "agree": (services.agree_anchor, AgreeForm, "fingerprint", _("Chứng thư đã được tin cậy.")),
        "refuse": (services.refuse_anchor, ReasonForm, "reason", _("Đã từ chối đề nghị.")),
        "ask_withdrawal": (
            services.ask_withdrawal, ReasonForm, "reason", _("Đã đề nghị thôi tin cậy; một quản trị khác phải đồng ý."),
        ),
    }  # fmt: skip
    if verb not in typed:
        raise RuleBroken("trust.wrong_state", _("Không có bước này."))
    act, form_class, field, sentence = typed[verb]
    form = forms[verb] = form_class(request.POST)
    if not form.is_valid():
        return ""
    try:
        act(**common, **{field: form.cleaned_data[field]})
    except RuleBroken as refused:
        form_error(form, refused, field)
        return ""
    return sentence


def _facts(anchor: TrustAnchor, facts: CertificateFacts) -> list[tuple[Any, Any]]:
    valid = f"{timezone.localtime(facts.not_before):%d/%m/%Y} – {timezone.localtime(facts.not_after):%d/%m/%Y}"
    kinds = [
        (facts.self_signed, _("chứng thư gốc (tự ký)")),
        (facts.authority, _("được cấp chứng thư")),
        (facts.timestamping, _("được cấp dấu thời gian")),
    ]
    withdrawn = [(_("Thôi tin cậy"), _by(anchor.ended_by, anchor.ended_at))] if anchor.ended_at else []
    return [
        (_("Chủ thể"), facts.subject),
        (_("Nơi cấp"), facts.issuer),
        (_("Số hiệu"), facts.serial),
        (_("Hiệu lực"), valid),
        (_("Khóa"), facts.key),
        (_("Thuật toán ký"), facts.algorithm),
        (_("Loại"), "; ".join(label for there, label in kinds if there)),
        (_("Dùng để tin cậy"), _purposes(anchor)),
        (_("Tin cậy trong thời gian"), _days(anchor)),
        (_("Người đề nghị"), _by(anchor.proposed_by, anchor.proposed_at)),
        (_("Người đồng ý"), _by(anchor.agreed_by, anchor.agreed_at)),
        *withdrawn,
    ]


def _by(name: str, at: Any) -> str:
    return f"{name}, {timezone.localtime(at):%H:%M %d/%m/%Y}" if name and at else ""


@require_http_methods(["GET", "HEAD", "POST"])
def revocation_list(request: Any) -> HttpResponse:
    """Revocation data with its freshness; an administrator brings in a file."""
    body = _allowed(request, "trust.view")
    form, status = RevocationForm(), 200
    if request.method == "POST":
        _allowed(request, "trust.import")
        form, status = RevocationForm(request.POST, request.FILES), 422
        if form.is_valid():
            try:
                _say_imported(request, form.cleaned_data["file"].read())
            except RuleBroken as refused:
                form_error(form, refused, "file")
                status = 409
            else:
                return redirect("signing:revocation")
    rows = trust_selectors.revocation_listed(request.actor, at=timezone.now())
    context = {
        "title": _("Dữ liệu thu hồi"),
        "rows": rows,
        "stale": [one for one in rows if one.state == "stale"],
        "intermediates": trust_selectors.intermediates_listed(request.actor),
        "form": form,
        "may_import": access.may(request.actor, "trust.import", body),
    }
    return page(request, "signing/revocation.html", context, status=status)


def _say_imported(request: Any, data: bytes) -> None:
    """Keep what the file holds: revocation data, or else the certificate of an intermediate authority."""
    actor = request.actor
    try:
        kept = services.import_revocation(data=data, actor=actor)
    except RuleBroken as refused:
        if refused.code != "trust.unreadable":
            raise
        services.add_intermediate(certificate=data, actor=actor)
        say_done(request, _("Đã thêm chứng thư trung gian."))
        return
    if kept.next_update is not None and kept.next_update <= timezone.now():
        day = f"{timezone.localtime(kept.next_update):%d/%m/%Y}"
        say_careful(request, _("Đã nhập, nhưng dữ liệu này đã hết hạn ngày %(day)s; hãy lấy bản mới.") % {"day": day})
    else:
        say_done(request, _("Đã nhập dữ liệu thu hồi; các chữ ký liên quan sẽ được kiểm tra lại."))
