"""Which copy may be made of what, by whom, from which medium to which; the steps of a copy. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from mocban import law
from mocban.lib.errors import RuleBroken

from .choices import CopyMaker, CopyState, Medium, OutgoingStatus, SourceForm
from .rules import refused

COPY_TRANSITIONS: dict[tuple[CopyState, str], CopyState] = {
    (CopyState.REQUESTED, "approve"): CopyState.APPROVED,
    (CopyState.REQUESTED, "refuse"): CopyState.REFUSED,
    (CopyState.APPROVED, "number"): CopyState.NUMBERED,
    (CopyState.NUMBERED, "make"): CopyState.MADE,
}
LONGEST_EXCERPT = 20_000  # characters of typed words: more is no excerpt of an office document
ISSUED = (OutgoingStatus.ISSUED, OutgoingStatus.REPLACED)


@dataclass(frozen=True)
class CopyKind:
    """A kind of copy as the regime knows it: of which forms, by whom, whole or in part."""

    code: str
    symbol: str
    name: str
    name_en: str
    of: tuple[SourceForm, ...]
    by: tuple[CopyMaker, ...]
    partial: bool
    citation: str


def copy_kinds(*, regime: str, on: date) -> list[CopyKind]:
    """The kinds of copy in force. Raises law.NotCovered."""
    return [
        CopyKind(
            code=row["code"],
            symbol=row["symbol"],
            name=row["name_vi"],
            name_en=row["name_en"],
            of=tuple(SourceForm(form) for form in row["of"].split()),
            by=tuple(CopyMaker(maker) for maker in row["by"].split()),
            partial=row["extent"] == "part",
            citation=row["citation"],
        )
        for row in law.table("copy_kinds", regime=regime, on=on)
    ]


def copy_kind(code: str, *, regime: str, on: date) -> CopyKind:
    """The kind with this code. Raises RuleBroken("copy.unknown_kind")."""
    for kind in copy_kinds(regime=regime, on=on):
        if kind.code == code:
            return kind
    raise RuleBroken("copy.unknown_kind", _("Hình thức sao này không có trong quy định đang áp dụng."))


def check_source(kind: CopyKind, *, form: SourceForm, maker: CopyMaker) -> None:
    """The kind must fit what is copied and who copies. Raises RuleBroken("copy.wrong_source" | "copy.wrong_maker")."""
    if form not in kind.of:
        message = _("“%(kind)s” chỉ được thực hiện từ: %(forms)s. Văn bản nguồn đã chọn là: %(form)s.")
        values = {"kind": kind.name, "forms": _listed(kind.of), "form": form.label}
        raise RuleBroken("copy.wrong_source", message % values, kind.citation)
    if maker not in kind.by:
        message = _("“%(kind)s” chỉ do %(makers)s thực hiện; ở đây mình là %(maker)s.")
        values = {"kind": kind.name, "makers": _listed(kind.by), "maker": maker.label}
        raise RuleBroken("copy.wrong_maker", message % values, kind.citation)


def check_media(
    kind: CopyKind, *, form: SourceForm, source: Medium, target: Medium, allowed: Sequence[str], citation: str
) -> None:
    """The copy must go between media that the kind knows; a main copy is of paper.

    Raises RuleBroken("copy.wrong_medium" | "copy.main_is_paper").
    """
    if form == SourceForm.MAIN and source != Medium.PAPER:
        raise RuleBroken("copy.main_is_paper", _("Bản chính là văn bản giấy."), citation)
    if f"{source}>{target}" not in allowed:
        message = _("Không có “%(kind)s” từ văn bản %(source)s sang văn bản %(target)s.")
        values = {"kind": kind.name, "source": source.label.lower(), "target": target.label.lower()}
        raise RuleBroken("copy.wrong_medium", message % values, citation)


def check_extent(kind: CopyKind, *, pages: tuple[int, int], excerpt: str) -> None:
    """A part is chosen for an extract and only for it. Raises RuleBroken("copy.no_part" | "copy.whole" | …)."""
    first, last = pages
    if (first or last) and not 1 <= first <= last:
        raise RuleBroken("copy.pages", _("Khoảng trang không hợp lệ: trang đầu phải từ 1 và không sau trang cuối."))
    if len(excerpt) > LONGEST_EXCERPT:
        message = _("Phần trích dài quá %(longest)d ký tự.") % {"longest": LONGEST_EXCERPT}
        raise RuleBroken("copy.long_excerpt", message)
    chosen = bool(first or excerpt)
    if kind.partial and not chosen:
        message = _("Hãy chọn các trang cần trích hoặc gõ phần nội dung cần trích.")
        raise RuleBroken("copy.no_part", message, kind.citation)
    if not kind.partial and chosen:
        message = _("“%s” chép toàn bộ văn bản; muốn chép một phần thì chọn trích sao.") % kind.name
        raise RuleBroken("copy.whole", message, kind.citation)
    if first and excerpt:
        raise RuleBroken("copy.two_parts", _("Chỉ chọn một cách: theo trang, hoặc gõ phần trích."))


def check_issued(status: str | None) -> None:
    """A draft is not copied: `status` of the outgoing document, None for one that was received."""
    if status is not None and status not in ISSUED:
        message = _("Chỉ sao văn bản đã phát hành và còn hiệu lực phát hành.")
        raise RuleBroken("copy.not_issued", message)


def next_copy(state: str, verb: str) -> CopyState:
    """The state after `verb`. Raises RuleBroken("registry.wrong_state")."""
    following = COPY_TRANSITIONS.get((CopyState(state), verb))
    if following is None:
        raise refused(CopyState(state).label)
    return following


def _listed(choices: Sequence[SourceForm] | Sequence[CopyMaker]) -> str:
    return ", ".join(str(one.label).lower() for one in choices)
