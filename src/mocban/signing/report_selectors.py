"""Reports of verification in words: one card for each signature, and what changed from one report to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from .choices import TONES, Verdict, VerificationCause
from .models import Verification
from .verification.findings import GRAVITY, Addition, Conclusion, FileFinding, Reason, SignatureFinding
from .verification.sentences import sentence, weight

ICONS = {Verdict.VALID: "shield-check", Verdict.INVALID: "shield-x", Verdict.INDETERMINATE: "shield-question"}
HISTORY = 50  # earlier reports shown on one page


@dataclass(frozen=True)
class Said:
    """One sentence about a signature or a file, with its weight as a tone."""

    text: str
    verdict: Verdict
    informs: bool = False  # neither for nor against the signature

    @property
    def tone(self) -> str:
        return "info" if self.informs else TONES[self.verdict]


@dataclass(frozen=True)
class Added:
    """One thing that was added after a signature; `page` 0 shows on no page."""

    text: str
    page: int
    revision: int


@dataclass(frozen=True)
class Card:
    """One signature as the page of a file shows it. `place` is its number in the report, from 1."""

    place: int
    finding: SignatureFinding
    verdict: Verdict
    said: tuple[Said, ...]
    added: tuple[Added, ...]
    claimed_at: datetime | None
    proved_at: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None
    comparable: bool  # what it covers can be shown beside the present file

    @property
    def tone(self) -> str:
        return TONES[self.verdict]

    @property
    def icon(self) -> str:
        return ICONS[self.verdict]

    @property
    def stamps_time(self) -> bool:
        """Whether this is a time stamp over the file, not somebody's signature."""
        return self.finding.form == "timestamp"

    @property
    def name(self) -> str:
        return self.finding.signer or self.finding.name

    @property
    def algorithms(self) -> str:
        """Digest and key as they are usually written: "SHA-256, RSA 2048"; "" where the signature names none."""
        digest = self.finding.digest.upper().replace("_", "-")
        if digest.startswith("SHA") and digest[3:].isdigit():
            digest = f"SHA-{digest[3:]}"
        kind, _space, size = self.finding.algorithm.partition(" ")
        return ", ".join(part for part in (digest, f"{kind.upper()} {size}".strip()) if part)

    @property
    def permits(self) -> str:
        """What it allows to be added later, in words; "" where it says nothing about that."""
        allowed = {
            1: _("không cho phép thay đổi gì thêm"),
            2: _("chỉ cho phép điền các ô đã dành sẵn và ký thêm"),
            3: _("cho phép điền các ô đã dành sẵn, ký thêm và ghi chú"),
        }
        locked = {"all": _("khóa mọi ô của biểu mẫu"), "some": _("khóa một số ô của biểu mẫu")}
        said = [allowed.get(self.finding.permits, ""), locked.get(self.finding.locks, "")]
        return "; ".join(text for text in said if text)


@dataclass(frozen=True)
class Report:
    """A stored report ready to be shown."""

    row: Verification
    file: FileFinding
    verdict: Verdict
    said: tuple[Said, ...]
    cards: tuple[Card, ...]

    @property
    def tone(self) -> str:
        return TONES[self.verdict] if self.cards or not self.file.readable else "neutral"

    @property
    def icon(self) -> str:
        return ICONS[self.verdict] if self.cards else "file-off"

    @property
    def why(self) -> list[tuple[str, str]]:
        """Who the verdict is owed to and the sentence that says why, where it is not a good one."""
        grave = [card for card in self.cards if card.verdict == self.verdict != Verdict.VALID]
        return [(card.name, said.text) for card in grave for said in card.said if said.verdict == self.verdict]

    @property
    def word(self) -> str:
        """The verdict in words; a file without signatures was not judged at all."""
        if self.cards or not self.file.readable:
            return str(self.verdict.label)
        return _("Không có chữ ký số")


@dataclass(frozen=True)
class Earlier:
    """One report in the history of a file, and what it said otherwise than the one before it."""

    row: Verification
    verdict: Verdict
    cause: str
    changes: tuple[str, ...]

    @property
    def tone(self) -> str:
        return TONES[self.verdict] if self.row.signature_count else "neutral"


def shown(row: Verification) -> Report:
    """Return a stored report ready to be shown."""
    return report(FileFinding.read(row.finding), row)


def report(file: FileFinding, row: Verification) -> Report:
    """Return a finding ready to be shown; `row` may be one that is not stored."""
    cards = tuple(_card(place, one, file.format) for place, one in enumerate(file.signatures, 1))
    return Report(row, file, Verdict(file.conclusion.value), _said(file.reasons), cards)


def _card(place: int, one: SignatureFinding, form: str) -> Card:
    return Card(
        place=place,
        finding=one,
        verdict=Verdict(one.conclusion.value),
        said=_said(one.reasons),
        added=tuple(Added(words(added), added.page, added.revision) for added in one.additions),
        claimed_at=_moment(one.claimed_at),
        proved_at=_moment(one.proved_at),
        valid_from=_moment(one.valid_from),
        valid_until=_moment(one.valid_until),
        comparable=form == "pdf" and one.covered > 0 and not one.whole,
    )


def _said(reasons: tuple[Reason, ...]) -> tuple[Said, ...]:
    """The sentences, the gravest first: they say why the verdict is what it is."""
    found = sorted(reasons, key=lambda reason: -GRAVITY[_weight(reason)])
    return tuple(_sentence(reason) for reason in found)


def _sentence(reason: Reason) -> Said:
    grave = _weight(reason)
    informs = grave == Conclusion.VALID and not reason.code.startswith("content.")
    return Said(words(reason), Verdict(grave.value), informs)


def words(said: Reason | Addition) -> str:
    """Return the sentence of a reason or an addition; of a code that a later version dropped, the code itself."""
    try:
        return sentence(said)
    except (KeyError, ValueError, TypeError):
        return said.code


def _weight(reason: Reason) -> Conclusion:
    try:
        return weight(reason)
    except KeyError:
        return Conclusion.INDETERMINATE


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def history(object_id: UUID) -> list[Earlier]:
    """Return the reports of an object, newest first, each with what changed since the one before."""
    rows = list(Verification.objects.filter(object_id=object_id).order_by("-checked_at", "-id")[: HISTORY + 1])
    pairs = zip(rows, [*rows[1:], None], strict=False)
    return [
        Earlier(
            row,
            Verdict(row.verdict),
            str(VerificationCause(row.cause).label),
            tuple(_changes(before, row)) if before else (),
        )
        for row, before in pairs
    ][:HISTORY]


def _changes(before: Verification, after: Verification) -> list[str]:
    old, new = FileFinding.read(before.finding), FileFinding.read(after.finding)
    found = []
    if before.verdict != after.verdict:
        labels = {"old": Verdict(before.verdict).label, "new": Verdict(after.verdict).label}
        found.append(_("Kết luận đổi từ “%(old)s” sang “%(new)s”.") % labels)
    if before.engine != after.engine:
        found.append(_("Bộ kiểm tra chữ ký đã được nâng cấp giữa hai lần."))
    if before.trust != after.trust:
        found.append(_("Danh sách tin cậy hoặc dữ liệu thu hồi đã thay đổi giữa hai lần."))
    if len(old.signatures) != len(new.signatures):
        counts = {"old": len(old.signatures), "new": len(new.signatures)}
        found.append(_("Số chữ ký đọc được đổi từ %(old)s sang %(new)s.") % counts)
    earlier = {one.name: one for one in old.signatures}
    for one in new.signatures:
        known = earlier.get(one.name)
        if known is not None:
            found += _signature_changes(known, one)
    return found


def _signature_changes(old: SignatureFinding, new: SignatureFinding) -> list[str]:
    name = new.signer or new.name
    begun = [words(reason) for reason in new.reasons if reason not in old.reasons]
    ended = [words(reason) for reason in old.reasons if reason not in new.reasons]
    return [
        *(_("%(name)s: nay thêm “%(said)s”") % {"name": name, "said": said} for said in begun),
        *(_("%(name)s: không còn “%(said)s”") % {"name": name, "said": said} for said in ended),
    ]
