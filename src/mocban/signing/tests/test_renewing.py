"""The proof of a signed file is renewed as a new file before its last time stamp dies; the old one stays."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from mocban.audit.models import Event
from mocban.content import services as content
from mocban.content.examine import describe
from mocban.content.models import DigitalObject
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor, system_actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Person
from mocban.people.selectors import today
from mocban.signing import keys, proofs, services
from mocban.signing.models import LongTerm, Signature, SignatureKind, TimeAuthority, TrustAnchor
from mocban.signing.pdf import lengthening
from mocban.signing.pdf.grades import ARCHIVE, BASIC, LONG_TERM, TIME, Grade
from mocban.signing.services.renewing import last_day
from mocban.signing.tests import graded, office
from mocban.signing.tests.graded import filled, grade, level_of, sealed, signed, times
from mocban.signing.tests.servers import Served, serving
from mocban.signing.verification.findings import Conclusion
from mocban.signing.verification.judging import judge
from mocban.signing.verification.trust import Trust

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def files(served: Served) -> dict[str, bytes]:
    """The same document, signed by a person and the organisation, at each level."""
    laid = graded.laid()
    made = {}
    for level in (BASIC, TIME, LONG_TERM, ARCHIVE):
        wanted = grade(served, level)
        made[level] = sealed(filled(signed(laid, served, wanted.at_most(LONG_TERM))), served, wanted)
    return made


class Office:
    """A body with an authority of time and an archivist, which trusts the authority of the tests."""

    def __init__(self, served: Served) -> None:
        self.body: Organisation = office.organisation()
        self.admin = office.actor(self.body, Role.ADMINISTRATOR, login="admin")
        self.archivist = office.actor(self.body, Role.ARCHIVIST, login="archivist")
        self.served = served

    def asks(self, label: str = "tsa-sources") -> TimeAuthority:
        url = self.served.tsa(label)
        return services.add_time_authority(organisation=self.body, name=label, url=url, actor=self.admin)

    def keep(self, pdf: bytes) -> LongTerm:
        stored = content.store(
            examined=describe(pdf, "07.pdf", "application/pdf"),
            data=pdf,
            organisation=self.body,
            actor=system_actor(self.body),
        )
        row = services.watch(stored=stored, pdf=pdf, on=today())
        assert row is not None
        return row

    def renew(self, row: LongTerm, actor: Actor | None = None) -> DigitalObject:
        return services.renew(row=row, actor=actor or self.archivist, on=today())


@pytest.fixture
def desk(served: Served, settings, tmp_path, monkeypatch) -> Office:  # type: ignore[no-untyped-def]
    settings.CONTENT_ROOT, settings.KEYS_ROOT = tmp_path / "content", tmp_path / "keys"
    monkeypatch.setattr(keys, "trusted", lambda: [served.pki.x509("root")])
    return Office(served)


@pytest.mark.parametrize("level", [BASIC, TIME, LONG_TERM, ARCHIVE])
def test_a_renewed_file_is_new_valid_and_of_the_longest_level(
    level: str, desk: Office, files: dict[str, bytes], served: Served
) -> None:
    desk.asks()
    row = desk.keep(files[level])
    assert row.level == level
    renewed = desk.renew(row)
    made = content.read_bytes(renewed)
    assert made.startswith(files[level])
    assert content.read_bytes(row.object) == files[level]
    assert level_of(made) == ARCHIVE
    assert renewed.long_term.level == ARCHIVE
    assert [one.conclusion for one in judge(made, trust=served.pki.trust()).signatures[:2]] == [Conclusion.VALID] * 2
    assert desk.renew(LongTerm.objects.get(pk=row.pk)) == renewed
    assert Event.objects.filter(verb="proof.renewed").count() == 1


def test_an_anchor_that_two_administrators_agreed_on_proves_as_well(
    desk: Office, files: dict[str, bytes], served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "trusted", list)
    desk.asks()
    row = desk.keep(files[TIME])
    with pytest.raises(RuleBroken, match="thu hồi"):
        desk.renew(row)
    root = served.pki.x509("root")
    TrustAnchor.objects.create(
        certificate=served.pki.der("root"),
        sha256="0" * 64,
        subject="Chứng thực gốc",
        not_before=root.not_valid_before_utc,
        not_after=root.not_valid_after_utc,
        purposes=["signing", "timestamping"],
        state="trusted",
        proposed_by_id=desk.admin.person_id,
        proposed_by="A",
        proposed_at=datetime.now(UTC),
    )
    assert level_of(content.read_bytes(desk.renew(row))) == ARCHIVE


def test_renewing_again_stamps_over_the_stamp_before(desk: Office, files: dict[str, bytes]) -> None:
    desk.asks()
    first = desk.renew(desk.keep(files[ARCHIVE]))
    second = desk.renew(first.long_term)
    found = lengthening.read(io.BytesIO(content.read_bytes(second)))
    assert [stamp["kind"] for stamp in found["stamps"]] == ["signature"] * 2 + ["document"] * 3


def test_what_cannot_be_renewed_is_kept_with_its_sentence_and_tried_again(
    desk: Office, files: dict[str, bytes]
) -> None:
    down = desk.asks("down")
    row = desk.keep(files[TIME])
    with pytest.raises(RuleBroken) as refusal:
        desk.renew(row)
    row.refresh_from_db()
    assert (refusal.value.code, row.renewed_as) == ("signing.no_time", None)
    assert "dấu thời gian" in row.failure
    down.refresh_from_db()
    assert down.failure == "Không kết nối được."
    nightly = {"organisation": desk.body, "actor": system_actor(desk.body), "on": today(), "limit": 10}
    desk.asks()
    assert services.renew_due(**nightly) == (0, 0)  # not twice on one day
    LongTerm.objects.update(failed_at=datetime.now(UTC) - timedelta(days=1))
    assert services.renew_due(**nightly) == (1, 0)
    row.refresh_from_db()
    assert (row.failure, row.failed_at) == ("", None)
    assert services.renew_due(**nightly) == (0, 0)


def test_without_an_authority_nothing_is_tried(desk: Office, files: dict[str, bytes]) -> None:
    row = desk.keep(files[BASIC])
    with pytest.raises(RuleBroken) as refusal:
        desk.renew(row)
    assert refusal.value.code == "signing.no_authority"


def test_without_revocation_data_the_sentence_names_the_certificate(
    desk: Office, files: dict[str, bytes], served: Served
) -> None:
    desk.asks()
    row = desk.keep(files[TIME])
    served.broken.update({"ocsp", "crls"})
    try:
        with pytest.raises(RuleBroken) as refusal:
            desk.renew(row)
    finally:
        served.broken.clear()
    assert refusal.value.code == "signing.no_revocation"
    assert "Hoàng Văn Nguồn" in str(refusal.value.message)


def test_a_file_without_signatures_is_not_watched(desk: Office) -> None:
    pdf = graded.laid()
    stored = content.store(
        examined=describe(pdf, "a.pdf", "application/pdf"),
        data=pdf,
        organisation=desk.body,
        actor=system_actor(desk.body),
    )
    assert services.watch(stored=stored, pdf=pdf, on=today()) is None
    with pytest.raises(RuleBroken):
        services.watch(stored=stored, pdf=b"%PDF-1.7 broken", on=today())


def test_a_received_file_is_watched_once_it_was_judged_valid(
    desk: Office, files: dict[str, bytes], served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived = [
        content.store(
            examined=describe(pdf, "den.pdf", "application/pdf"),
            data=pdf,
            organisation=desk.body,
            actor=system_actor(desk.body),
        )
        for pdf in (files[TIME], files[TIME] + b"\n% changed")
    ]
    monkeypatch.setattr(keys, "trust", lambda at: served.pki.trust(at=at))
    services.verify_now(arrived[:1])
    assert LongTerm.objects.get().object == arrived[0]
    monkeypatch.setattr(keys, "trust", lambda at: Trust(at=at, anchors=()))
    services.verify_now(arrived[1:])
    assert LongTerm.objects.count() == 1


def stamp(kind: str, until: str, key: str = "rsa-3072", digest: str = "sha256") -> dict[str, str]:
    return {"kind": kind, "until": f"{until}T00:00:00+00:00", "key": key, "digest": digest, "signature_digest": digest}


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        ([], None),
        ([stamp("signature", "2031-05-01"), stamp("signature", "2029-05-01")], date(2029, 5, 1)),
        ([stamp("signature", "2029-05-01"), stamp("document", "2034-05-01")], date(2034, 5, 1)),
        ([stamp("document", "2031-05-01"), stamp("document", "2040-05-01", "rsa-2048")], date(2030, 12, 31)),
        ([stamp("document", "2040-05-01", digest="sha1")], date(2013, 12, 31)),
    ],
)
def test_the_certificate_or_the_algorithm_of_the_last_stamp_says_until_when(
    stamps: list[dict[str, str]], expected: date | None
) -> None:
    assert last_day(stamps, {"rsa-2048": "2030-12-31", "sha1": "2013-12-31"}) == expected


def test_the_list_begins_with_the_most_pressing_and_says_why(desk: Office, files: dict[str, bytes]) -> None:
    late, soon, far, short = (desk.keep(files[level]) for level in (ARCHIVE, ARCHIVE, ARCHIVE, TIME))
    for row, days in ((late, -1), (soon, 30), (far, 4000)):
        LongTerm.objects.filter(pk=row.pk).update(renew_before=today() + timedelta(days=days))
    due = list(proofs.renewals_due(desk.body, on=today()))
    assert [row.pk for row in due] == [late.pk, soon.pk, short.pk]
    reasons = [proofs.why_due(row, on=today()) for row in due]
    assert ["đã hết" in reasons[0], "sắp hết" in reasons[1], "thu hồi" in reasons[2]] == [True] * 3


def test_signatures_made_here_stand_in_the_renewed_file_too(desk: Office, files: dict[str, bytes]) -> None:
    desk.asks()
    row = desk.keep(files[TIME])
    Signature.objects.create(
        organisation=desk.body,
        kind=SignatureKind.ORGANISATION,
        signed_object=row.object,
        signer_name="Lê Thị Mai",
        certificate_subject="CN=a",
        certificate_serial="1",
        signed_at=datetime.now(UTC),
        level=TIME,
    )
    copied = Signature.objects.get(signed_object=desk.renew(row))
    assert (copied.kind, copied.level) == (SignatureKind.ORGANISATION, ARCHIVE)
    assert Signature.objects.filter(signed_object=row.object, level=TIME).count() == 1


def test_what_failed_before_seven_in_the_morning_is_not_tried_twice_that_day(
    desk: Office, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day is the office's: at five in Hà Nội it is still the day before in UTC."""
    early = datetime(2026, 11, 29, 22, 10, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: early)
    desk.asks()
    row = desk.keep(files[TIME])
    LongTerm.objects.filter(pk=row.pk).update(failed_at=early - timedelta(hours=1))
    nightly = {"organisation": desk.body, "actor": system_actor(desk.body), "on": date(2026, 11, 30), "limit": 10}
    assert services.renew_due(**nightly) == (0, 0)


def test_only_those_who_keep_files_renew(desk: Office, files: dict[str, bytes]) -> None:
    desk.asks()
    row = desk.keep(files[TIME])
    officer = office.actor(desk.body, Role.OFFICER, login="officer")
    stranger = office.actor(office.organisation("H99.02"), Role.ARCHIVIST, login="other")
    for actor in (officer, stranger):
        with pytest.raises(PermissionDenied):
            desk.renew(row, actor)


def test_the_page_lists_and_renews(desk: Office, files: dict[str, bytes]) -> None:
    browser = Client()
    browser.force_login(Person.objects.get(pk=desk.archivist.person_id))
    address = reverse("signing:renewals")
    assert "Chưa có nơi cấp dấu thời gian" in browser.get(address).content.decode()
    row = desk.keep(files[TIME])
    desk.asks("down")
    step = reverse("signing:renew", args=[row.pk])
    assert "Chưa gia hạn được" in browser.post(step, follow=True).content.decode()
    desk.asks()
    shown = browser.post(step, follow=True).content.decode()
    assert "Đã gia hạn" in shown
    assert "Không có tệp nào cần gia hạn" in shown
    officer = office.actor(desk.body, Role.OFFICER, login="officer")
    browser.force_login(Person.objects.get(pk=officer.person_id))
    assert browser.get(address).status_code == 403


def test_a_grade_without_room_for_its_stamp_is_refused_whole(served: Served, files: dict[str, bytes]) -> None:
    wanted = Grade(ARCHIVE, times(served, "rubbish"), grade(served).evidence)
    with pytest.raises(Exception, match=r"signing\.no_time"):
        lengthening.lengthen(files[LONG_TERM], grade=wanted)
