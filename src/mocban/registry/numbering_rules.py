"""Rules of numbers, series and their periods: pure functions and the table of what may become of a number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _

from mocban.law import Kind
from mocban.lib.errors import RuleBroken

from .choices import Direction, IssuerKind, NumberState
from .rules import refused, series_counts

# Taking makes a used number, reserving a reserved one; "give back" removes the row, see `check_give_back`.
NUMBER_TRANSITIONS: dict[tuple[NumberState, str], NumberState] = {
    (NumberState.RESERVED, "use"): NumberState.USED,
    (NumberState.RESERVED, "void"): NumberState.VOID,
    (NumberState.USED, "cancel"): NumberState.VOID,
}
SECRET_NAME = re.compile(r"\bmật\b", re.IGNORECASE)


def next_number_state(state: str, verb: str) -> NumberState:
    following = NUMBER_TRANSITIONS.get((NumberState(state), verb))
    if following is None:
        raise refused(NumberState(state).label)
    return following


def check_reason(reason: str) -> None:
    if not reason:
        raise RuleBroken("number.no_reason", _("Hãy ghi lý do bỏ số."))


def check_reservable(
    *, allowed: bool, direction: str, reason: str, expires_on: date, on: date, latest: date | None, citation: str
) -> None:
    """A number is reserved only under the body's own setting, with reason and last day (`latest`: the day at most)."""
    if not allowed:
        raise RuleBroken(
            "number.reserve_off",
            _("Số được cấp sau khi ký. Cơ quan chưa có quy định riêng cho giữ số trước khi ký."),
            citation,
        )
    if direction != Direction.OUTGOING:
        raise RuleBroken("number.reserve_direction", _("Chỉ giữ số của văn bản đi."), citation)
    if not reason:
        raise RuleBroken("number.no_reason", _("Hãy ghi lý do giữ số."))
    if expires_on < on or (latest is not None and expires_on > latest):
        last = f"{latest:%d/%m/%Y}" if latest else ""
        raise RuleBroken(
            "number.expiry",
            _("Ngày hết giữ số phải từ hôm nay đến hết ngày %s.") % last
            if last
            else _("Ngày hết giữ số không thể ở trước hôm nay."),
        )


def check_usable(*, expires_on: date | None, starts_on: date, ends_on: date | None, on: date) -> None:
    """A reserved number serves until its last day, and only within its own period."""
    if expires_on is not None and expires_on < on:
        raise RuleBroken("number.expired", _("Số này đã hết hạn giữ. Hãy lấy số khác."))
    if on < starts_on or (ends_on is not None and ends_on < on):
        raise RuleBroken("number.other_period", _("Số này thuộc kỳ đánh số khác. Hãy lấy số khác."))


def check_give_back(*, state: str, value: int, last: int, taken_on: date, on: date, citation: str) -> None:
    """Only the last number, reserved, unused, on the day on which it was reserved; anything else becomes void."""
    if state != NumberState.RESERVED or value != last or taken_on != on:
        raise RuleBroken(
            "number.not_last",
            _("Chỉ trả lại được số giữ sau cùng, chưa dùng, trong ngày giữ số. Số khác thì ghi bỏ kèm lý do."),
            citation,
        )


def check_elsewhere(*, shared_with_secret: bool, direction: str, citation: str) -> None:
    """Only where secret and other documents share a series can a number be used in the secret register."""
    if not shared_with_secret or direction != Direction.OUTGOING:
        raise RuleBroken(
            "number.no_elsewhere",
            _("Văn bản mật của cơ quan lấy dãy số riêng nên không ghi số dùng ở sổ khác."),
            citation,
        )


def check_late(*, true_date: date, on: date, reason: str) -> None:
    """A late entry has a day not after the day of entry, and a reason."""
    if true_date > on:
        raise RuleBroken("late.in_future", _("Ngày thật của văn bản không thể sau ngày đăng ký."))
    if not reason:
        raise RuleBroken("late.no_reason", _("Đăng ký muộn thì phải ghi lý do."))


def check_arrival_late(*, arrived_on: date, due: date, on: date, reason: str, citation: str) -> bool:
    """Whether an arrival is entered after the allowed day (`due`); then it needs a reason."""
    late = due < on
    if late and not reason:
        raise RuleBroken(
            "incoming.late_reason",
            _("Văn bản đến ngày %(arrived)s, quá hạn đăng ký (%(due)s). Hãy ghi lý do đăng ký muộn.")
            % {"arrived": f"{arrived_on:%d/%m/%Y}", "due": f"{due:%d/%m/%Y}"},
            citation,
        )
    return late


def check_series_name(name: str, *, exists: bool, citation: str) -> None:
    """A name, used once; and no series for secrets: they are registered outside this installation."""
    if not name or exists:
        raise RuleBroken("series.exists", _("Tên hệ thống số còn trống hoặc đã có."))
    if SECRET_NAME.search(name):
        raise RuleBroken(
            "series.secret",
            _("Hệ thống này không nhận văn bản mật nên không lập dãy số văn bản mật. Hãy đăng ký ở sổ riêng."),
            citation,
        )


class Held(Protocol):
    """An open series as the rule of overlap sees it."""

    name: str
    kind_symbols: list[str]
    kind_codes: list[str]


def counts_all(series: Held) -> bool:
    return not series.kind_symbols and not series.kind_codes


def check_overlap(new: Held, others: Iterable[Held], kinds: Iterable[Kind], *, citation: str) -> None:
    """Two open series of an issuer never name the same kind; one that counts all may stand beside those that name some.

    Which one gives the number is then never a question: the one that names the kind, else the one that counts all.
    """
    known = list(kinds)
    for other in others:
        if counts_all(new) != counts_all(other):
            continue
        shared = [kind.name_vi for kind in known if series_counts(new, kind) and series_counts(other, kind)]
        if counts_all(new) or shared:
            what = _("mọi loại văn bản") if counts_all(new) else ", ".join(shared[:5])
            raise RuleBroken(
                "series.overlap",
                _("Hệ thống số “%(name)s” đang mở đã đánh số %(what)s. Một loại không lấy số ở hai dãy.")
                % {"name": other.name, "what": what},
                citation,
            )


def check_kinds(series: Held, kinds: Iterable[Kind]) -> None:
    """The symbols and kinds named must exist."""
    known = list(kinds)
    symbols, codes = {kind.symbol for kind in known if kind.symbol}, {kind.code for kind in known}
    unknown = [name for name in series.kind_symbols if name not in symbols]
    unknown += [name for name in series.kind_codes if name not in codes]
    if unknown:
        raise RuleBroken(
            "series.unknown_kind", _("Ký hiệu không có trong danh mục loại văn bản: %s.") % ", ".join(unknown)
        )


def check_one_incoming(*, allowed: str, already: str, citation: str) -> None:
    """All incoming books of a body share one series unless the body's own rule says otherwise."""
    if allowed == "one" and already:
        raise RuleBroken(
            "series.one_incoming",
            _("Các sổ văn bản đến chung một dãy số “%s”. Hãy mở thêm sổ trên dãy số đó.") % already,
            citation,
        )


def check_one_copies(*, already: str, named: bool, citation: str) -> None:
    """Copies of every kind share one series."""
    if already:
        raise RuleBroken("series.one_copies", _("Các hình thức sao chung một dãy số “%s”.") % already, citation)
    if named:
        raise RuleBroken("series.one_copies", _("Dãy số bản sao đếm mọi hình thức sao."), citation)


def check_congress(*, scope: str, kind: str, already: str, named: bool, citation: str) -> None:
    """A congress has one series for all kinds; only where the rule says so has each of its committees its own."""
    if kind != IssuerKind.CONGRESS:
        return
    if named:
        raise RuleBroken("series.congress", _("Đại hội dùng một dãy số cho mọi loại văn bản."), citation)
    if scope == "shared" and already:
        raise RuleBroken(
            "series.congress", _("Đại hội đang dùng dãy số “%s” chung cho các ban, tổ của mình.") % already, citation
        )


class Span(Protocol):
    """A counting period with its days."""

    name: str
    starts_on: date
    ends_on: date | None


def span_text(span: Span) -> str:
    if span.ends_on is None:
        return _("“%(name)s” (từ %(start)s)") % {"name": span.name, "start": f"{span.starts_on:%d/%m/%Y}"}
    return _("“%(name)s” (%(start)s – %(end)s)") % {
        "name": span.name,
        "start": f"{span.starts_on:%d/%m/%Y}",
        "end": f"{span.ends_on:%d/%m/%Y}",
    }


def check_span(*, name: str, starts_on: date, ends_on: date | None) -> None:
    if not name:
        raise RuleBroken("series.term_name", _("Hãy ghi tên nhiệm kỳ, đại hội."))
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken("series.term_days", _("Ngày kết thúc không thể trước ngày bắt đầu."))


def check_no_overlap(*, starts_on: date, ends_on: date | None, others: Iterable[Span], citation: str) -> None:
    """No day lies in two periods of a series; an open period is followed, never covered, by a later one."""
    for other in others:
        if (ends_on is None or other.starts_on <= ends_on) and (other.ends_on is None or starts_on <= other.ends_on):
            raise RuleBroken("series.term_order", _("Trùng với kỳ đánh số %s.") % span_text(other), citation)


def check_numbers_before(*, taken: date | None, first_day: date, span: Span, citation: str) -> None:
    """A period cannot end before a number that it already gave (`taken`: the day of the last one)."""
    if taken is not None and taken >= first_day:
        raise RuleBroken(
            "series.term_numbers",
            _("Kỳ đánh số %(span)s đã cấp số ngày %(day)s, nên không thể kết thúc trước ngày đó.")
            % {"span": span_text(span), "day": f"{taken:%d/%m/%Y}"},
            citation,
        )


def check_untouched(*, last_number: int, span: Span, citation: str) -> None:
    """A wrongly typed day is corrected only while nothing was numbered."""
    if last_number:
        raise RuleBroken(
            "series.term_numbers",
            _("Kỳ đánh số %s đã cấp số nên không sửa ngày bắt đầu được.") % span_text(span),
            citation,
        )


def check_by_term(period: str) -> None:
    """A calendar year opens by itself; only terms and congresses are opened, closed and corrected."""
    if period == "calendar_year":
        raise RuleBroken("series.by_year", _("Hệ thống số này đánh số theo năm; mỗi năm tự mở một kỳ."))
