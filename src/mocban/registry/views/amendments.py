"""After the issue: put a document right, recall it, print its paper; and answer a sender who wants one back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban import law
from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.download import streamed
from mocban.exchange.models import Packet
from mocban.exchange.selectors import asked_back
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.people.models import Unit
from mocban.people.selectors import today
from mocban.records.choices import ObjectRole
from mocban.records.selectors import parts
from mocban.secrecy.choices import Channel
from mocban.signing.services import printable
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import get, page

from .. import access, copy_selectors
from ..amendment_rules import RULE_OF
from ..border import draft_choices
from ..choices import AmendmentKind
from ..copy_forms import AmendForm, PaperForm, PaperReturnForm, RecallAnswerForm, RecallForm
from ..copying import amending_values, check_words, enter_amendment
from ..models import Amendment, Outgoing, PaperReturn
from ..services import amendments, paper, recalls
from .form_pages import form_page

RELATED = ("document", "organisation", "signer__person", "issuer")
TITLES = {
    AmendmentKind.AMEND: gettext_lazy("Sửa đổi, bổ sung văn bản"),
    AmendmentKind.REPLACE: gettext_lazy("Thay thế văn bản"),
    AmendmentKind.CORRECT: gettext_lazy("Đính chính văn bản"),
}


@require_http_methods(["GET", "POST"])
def outgoing_amend(request: Any, pk: Any, kind: str) -> HttpResponse:
    """Begin the document that amends, replaces or corrects an issued one."""
    actor, on = request.actor, today()
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    access.require(actor, "outgoing.amend", outgoing)
    if kind not in RULE_OF:
        raise Http404
    chosen = AmendmentKind(kind)
    options = draft_choices(outgoing.organisation, on=on)
    if request.method == "GET":
        letters = (one.code for one in law.kinds(regime=outgoing.organisation.regime, on=on) if one.is_letter)
        form = AmendForm(initial=amending_values(outgoing, chosen, letter=next(letters, "")), **options)
        return amend_page(request, outgoing, chosen, form)
    form = AmendForm(request.POST, request.FILES, **options)
    if not form.is_valid():
        return amend_page(request, outgoing, chosen, form, status=422)
    unit = get(Unit, actor, pk=actor.unit_id, related=("organisation",))
    try:
        made = enter_amendment(form, outgoing, chosen, unit=unit, channel=Channel.UPLOAD, actor=actor, on=on)
    except RuleBroken as refused:
        form_error(form, refused)
        return amend_page(request, outgoing, chosen, form, status=409)
    say_done(request, _("Đã tạo dự thảo; khi phát hành, văn bản cũ được ghi chú và nơi nhận được báo."))
    return redirect("registry:outgoing", pk=made.by_outgoing_id)


def amend_page(
    request: Any, outgoing: Outgoing, kind: AmendmentKind, form: AmendForm, *, status: int = 200
) -> HttpResponse:
    held = law.value(RULE_OF[kind], on=today(), regime=outgoing.organisation.regime)
    context = {
        "title": TITLES[kind],
        "outgoing": outgoing,
        "document": outgoing.document,
        "kind": kind,
        "form": form,
        "citation": held.citation,
        "by_letter": held.value == "official_letter",
    }
    return page(request, "registry/amendment_new.html", context, status=status)


@require_POST
def amendment_cancel(request: Any, pk: Any) -> HttpResponse:
    amendment = get(Amendment, request.actor, pk=pk, related=("by_outgoing",))
    amendments.cancel_amendment(amendment=amendment, actor=request.actor, on=today())
    say_done(request, _("Đã bỏ liên kết; dự thảo đi tiếp như một văn bản thường."))
    return redirect("registry:outgoing", pk=amendment.outgoing_id)


@require_http_methods(["GET", "POST"])
def outgoing_recall(request: Any, pk: Any) -> HttpResponse:
    """The leader orders a recall, with a reason."""
    actor = request.actor
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    access.require(actor, "outgoing.recall", outgoing)
    address = reverse("registry:outgoing", args=[pk])

    def step(cleaned: dict[str, Any]) -> str:
        check_words(cleaned["reason"], channel=Channel.FORM, actor=actor, organisation=outgoing.organisation)
        recalls.order_recall(outgoing=outgoing, actor=actor, on=today(), **cleaned)
        say_done(request, _("Đã ra lệnh thu hồi; nơi nhận được yêu cầu hủy văn bản."))
        return address

    return form_page(
        request,
        RecallForm(request.POST or None, initial={"version": outgoing.version}),
        step,
        title=_("Thu hồi văn bản %(code)s") % {"code": outgoing.document.printed_code},
        sentence=_("Văn bản bị đóng băng; mọi nơi đã nhận được yêu cầu hủy và báo lại. Bước này không rút lại được."),
        action_label=_("Ra lệnh thu hồi"),
        back=(outgoing.document.printed_code, address),
        danger=True,
    )


@require_POST
def paper_return(request: Any, pk: Any) -> HttpResponse:
    """Tick off paper that came back."""
    line = get(PaperReturn, request.actor, pk=pk, related=("amendment",))
    form = PaperReturnForm(request.POST)
    amount = form.cleaned_data["amount"] if form.is_valid() else 1
    recalls.take_back_paper(line=line, amount=amount, actor=request.actor, on=today())
    say_done(request, _("Đã ghi nhận bản giấy được trả lại."))
    return redirect("registry:outgoing", pk=line.amendment.outgoing_id)


@require_http_methods(["GET", "POST"])
def outgoing_paper(request: Any, pk: Any) -> HttpResponse:
    """Print the original, stamp it, and note how many main copies were made."""
    actor = request.actor
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    access.require(actor, "outgoing.issue_paper", outgoing)
    address = reverse("registry:outgoing", args=[pk])
    held = basis("keep_paper", on=today(), regime=outgoing.organisation.regime)

    def step(cleaned: dict[str, Any]) -> str:
        paper.issue_paper(outgoing=outgoing, actor=actor, on=today(), **cleaned)
        say_done(request, _("Đã ghi số bản chính giấy."))
        return address

    sentence = _(
        "In văn bản đã ký số, đóng dấu của cơ quan để thành bản chính giấy, rồi ghi số bản ở đây. Nếu hệ thống của cơ "
        "quan chưa đáp ứng Phụ lục VI thì phải tạo thêm bản chính giấy để lưu (%(citation)s)."
    )
    return form_page(
        request,
        PaperForm(request.POST or None),
        step,
        title=_("Phát hành bản giấy của %(code)s") % {"code": outgoing.document.printed_code},
        sentence=sentence % {"citation": held.citation or _("Phụ lục VI Nghị định 30/2020/NĐ-CP, chờ xác nhận")},
        action_label=_("Ghi số bản"),
        back=(outgoing.document.printed_code, address),
    )


@require_GET
def outgoing_printable(request: Any, pk: Any) -> HttpResponseBase:
    """The issued document for the printer: its signatures as pictures. The stored original stays as it is."""
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "outgoing.issue_paper", outgoing)
    issued = parts(outgoing.document).filter(role=ObjectRole.ISSUED).last()
    if issued is None:
        raise RuleBroken("paper.no_original", _("Văn bản này không có bản gốc điện tử đã ký số để in ra giấy."))
    made = printable(content.read_file(issued.object))
    audit.read(request.actor, issued.object)
    response = streamed(made)
    response["Content-Type"] = "application/pdf"
    response["Content-Disposition"] = f'inline; filename="ban-in-{outgoing.number_value}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
def recall_answer(request: Any, pk: Any) -> HttpResponse:
    """Answer a sender who wants a document back: agree and destroy it, or refuse with a reason."""
    actor, on = request.actor, today()
    packet = get(Packet, actor, pk=pk, related=("organisation", "refers_to"))
    access.require(actor, "recall.answer", packet)
    form, status = RecallAnswerForm(), 200
    if request.method == "POST" and request.POST.get("answer") == "agree":
        entry = recalls.agree_recall(packet=packet, actor=actor, on=on)
        say_done(request, _("Đã đồng ý thu hồi và hủy văn bản; nơi gửi được báo."))
        return redirect("registry:incoming", pk=entry.pk) if entry else redirect("exchange:waiting_list")
    if request.method == "POST":
        form, status = RecallAnswerForm(request.POST), 422
        if form.is_valid():
            try:
                check_words(
                    form.cleaned_data["reason"], channel=Channel.FORM, actor=actor, organisation=packet.organisation
                )
                recalls.refuse_recall(packet=packet, actor=actor, on=on, **form.cleaned_data)
            except RuleBroken as refused:
                form_error(form, refused)
                status = 409
            else:
                say_done(request, _("Đã từ chối thu hồi; nơi gửi sẽ nhận được lý do."))
                return redirect("exchange:packet", pk=packet.pk)
    meant = packet.refers_to or packet
    context = {
        "title": _("Yêu cầu thu hồi văn bản"),
        "packet": packet,
        "meant": meant,
        "waits": packet.state == "waiting" if packet.refers_to or packet.business_type == 1 else asked_back(packet),
        "entry": copy_selectors.entry_of_packet(packet, actor),
        "reason": packet.reason or next((one.description for one in meant.statuses.all() if one.code == "13"), ""),
        "citation": basis("recall_outgoing", on=on, regime=packet.organisation.regime).citation,
        "form": form,
    }
    return page(request, "registry/recall_answer.html", context, status=status)
