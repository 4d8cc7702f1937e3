"""What the installation trusts: two administrators, files of revocation data, and what is judged again."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from mocban.audit.models import Event
from mocban.lib.errors import RuleBroken
from mocban.notices.models import Notice
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.signing import access, anchors, keys, rules, selectors, services, trust_files
from mocban.signing.choices import AnchorState, RevocationKind, Verdict
from mocban.signing.models import RevocationData, TrustAnchor, Verification
from mocban.signing.services import reverifying
from mocban.signing.tests import office, signed
from mocban.signing.tests.pki import pki
from tests.steps import refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 5)
NOW = datetime.now(UTC).replace(microsecond=0)  # answers give whole seconds, as RFC 6960 wants
BOTH = ["signing", "timestamping"]


class Administrators:
    """Two bodies of one installation: two administrators in the first, one in the second, and a clerk."""

    def __init__(self) -> None:
        self.body = office.organisation()
        self.first = office.actor(self.body, Role.ADMINISTRATOR, login="quan-tri-1", name="Phạm Văn Tú")
        self.second = office.actor(self.body, Role.ADMINISTRATOR, login="quan-tri-2", name="Lò Thị Mến")
        self.clerk = office.actor(self.body, Role.CLERK, login="van-thu")
        other = office.organisation("H99.02")
        self.elsewhere = office.actor(other, Role.ADMINISTRATOR, login="quan-tri-3", name="Võ Hoài Nam")

    def propose(self, label: str = "root", actor: Actor | None = None, **changes: object) -> TrustAnchor:
        values = {"certificate": pki().der(label), "purposes": BOTH, "actor": actor or self.first, "on": DAY}
        return services.propose_anchor(**{**values, **changes})  # type: ignore[arg-type]

    def agree(self, anchor: TrustAnchor, actor: Actor | None = None, fingerprint: str = "") -> TrustAnchor:
        typed = fingerprint or anchor.sha256[-8:]
        return services.agree_anchor(anchor=anchor, fingerprint=typed, actor=actor or self.second, on=DAY)

    def trusted(self, label: str = "root", **changes: object) -> TrustAnchor:
        return self.agree(self.propose(label, **changes))


@pytest.fixture
def admins(settings, tmp_path) -> Administrators:  # type: ignore[no-untyped-def]
    settings.CONTENT_ROOT, settings.KEYS_ROOT = tmp_path / "content", tmp_path / "keys"
    return Administrators()


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("position__person__full_name", flat=True))


def trusts(label: str) -> bool:
    return pki().der(label) in [anchor.certificate for anchor in keys.trust(at=datetime.now(UTC)).anchors]


class TestTwoAdministrators:
    def test_a_proposal_counts_for_nothing_until_a_second_one_agrees(self, admins: Administrators) -> None:
        anchor = admins.propose()
        assert (anchor.state, trusts("root")) == (AnchorState.PROPOSED, False)
        assert told("trust_proposed") == {"Lò Thị Mến", "Võ Hoài Nam"}
        assert (admins.agree(anchor).state, trusts("root")) == (AnchorState.TRUSTED, True)
        assert told("trust_agreed") == {"Phạm Văn Tú", "Võ Hoài Nam"}
        verbs = Event.objects.filter(verb__startswith="trust.").order_by("id").values_list("verb", "person_name")
        assert list(verbs) == [("trust.proposed", "Phạm Văn Tú"), ("trust.agreed", "Lò Thị Mến")]

    def test_the_same_person_twice_is_one_person(self, admins: Administrators) -> None:
        anchor = admins.propose()
        with refused("trust.same_person"):
            admins.agree(anchor, admins.first)
        assert not trusts("root")

    def test_the_same_person_in_the_position_of_another_body_is_still_one(self, admins: Administrators) -> None:
        anchor = admins.propose()
        moved = admins.elsewhere.__class__(
            **{**admins.elsewhere.__dict__, "person_id": admins.first.person_id, "person_name": "Phạm Văn Tú"}
        )
        with refused("trust.same_person"):
            admins.agree(anchor, moved)

    def test_the_administrator_of_another_body_is_a_second_one(self, admins: Administrators) -> None:
        assert admins.agree(admins.propose(), admins.elsewhere).agreed_by == "Võ Hoài Nam"

    @pytest.mark.parametrize("typed", ["", "00000000", "0"])
    def test_who_did_not_read_the_fingerprint_cannot_agree(self, admins: Administrators, typed: str) -> None:
        anchor = admins.propose()
        wrong = typed or anchor.sha256[:8]
        with refused("trust.fingerprint"):
            admins.agree(anchor, fingerprint=wrong)
        assert admins.agree(anchor, fingerprint=trust_files.grouped(anchor.sha256)[-9:]).state == AnchorState.TRUSTED

    def test_the_proposer_takes_it_back_and_another_one_refuses(self, admins: Administrators) -> None:
        anchor = admins.propose()
        with refused("trust.not_proposer"):
            services.take_back_anchor(anchor=anchor, actor=admins.second, on=DAY)
        services.take_back_anchor(anchor=anchor, actor=admins.first, on=DAY)
        again = admins.propose()
        assert again.pk == anchor.pk
        with refused("trust.same_person"):
            services.refuse_anchor(anchor=again, reason="Nhầm tệp", actor=admins.first, on=DAY)
        with refused("trust.no_reason"):
            services.refuse_anchor(anchor=again, reason=" ", actor=admins.second, on=DAY)
        ended = services.refuse_anchor(anchor=again, reason="Dấu vân tay khác", actor=admins.second, on=DAY)
        assert ended.state == AnchorState.ENDED
        with refused("trust.wrong_state"):
            admins.agree(ended)

    def test_letting_go_takes_two_as_well_and_it_counts_until_then(self, admins: Administrators) -> None:
        anchor = admins.trusted()
        asked = services.ask_withdrawal(anchor=anchor, reason="Khóa gốc bị lộ", actor=admins.second, on=DAY)
        assert (asked.withdrawal_asked, trusts("root")) == (True, True)
        with refused("trust.same_person"):
            services.agree_withdrawal(anchor=anchor, actor=admins.second, on=DAY)
        services.keep_anchor(anchor=anchor, actor=admins.second, on=DAY)
        with refused("trust.wrong_state"):
            services.agree_withdrawal(anchor=anchor, actor=admins.first, on=DAY)
        services.ask_withdrawal(anchor=anchor, reason="Khóa gốc bị lộ", actor=admins.second, on=DAY)
        services.agree_withdrawal(anchor=anchor, actor=admins.elsewhere, on=DAY)
        assert not trusts("root")

    @pytest.mark.parametrize("verb", sorted({verb for _state, verb in rules.TRANSITIONS}))
    @pytest.mark.parametrize("state", AnchorState.values)
    def test_every_step_that_the_table_does_not_name_is_refused(self, state: str, verb: str) -> None:
        asked = verb in rules.ABOUT_WITHDRAWAL
        if (state, verb) in rules.TRANSITIONS:
            assert rules.next_state(state, verb, withdrawal_asked=asked) == rules.TRANSITIONS[(state, verb)]
        else:
            with refused("trust.wrong_state"):
                rules.next_state(state, verb, withdrawal_asked=asked)


class TestWhatMayBeTrusted:
    def test_days_and_purposes_go_into_the_judging(self, admins: Administrators) -> None:
        admins.trusted(purposes=["timestamping"], since=date(2026, 1, 1), until=date(2026, 12, 31))
        [anchor] = anchors.agreed()
        assert (anchor.purposes, anchor.since, anchor.until) == (("timestamping",), "2026-01-01", "2026-12-31")

    @pytest.mark.parametrize(
        ("label", "changes", "code"),
        [
            ("person", {}, "trust.not_authority"),
            ("root", {"purposes": []}, "trust.no_purpose"),
            ("root", {"purposes": ["everything"]}, "trust.no_purpose"),
            ("root", {"since": date(2026, 2, 1), "until": date(2026, 1, 1)}, "trust.crossed_days"),
            ("tsa", {}, "trust.purpose"),
            ("tsa-expired", {"purposes": ["timestamping"]}, "trust.expired"),
            ("root", {"certificate": b"not a certificate"}, "trust.unreadable"),
            ("root", {"certificate": b""}, "trust.unreadable"),
            ("root", {"certificate": b"\x30" * 70_000}, "trust.too_large"),
        ],
    )
    def test_what_is_no_authority_is_refused(
        self, admins: Administrators, label: str, changes: dict[str, object], code: str
    ) -> None:
        with refused(code):
            admins.propose(label, **changes)
        assert not TrustAnchor.objects.exists()
        assert admins.propose("root").state == AnchorState.PROPOSED

    def test_a_time_stamper_may_be_trusted_for_the_time_alone(self, admins: Administrators) -> None:
        assert admins.propose("tsa", purposes=["timestamping"]).purposes == ["timestamping"]

    def test_pem_is_read_as_well_but_never_a_private_key_nor_two_at_once(self, admins: Administrators) -> None:
        pem = pki().x509("root").public_bytes(Encoding.PEM)
        for data, code in [(pem + pem, "trust.several"), (pem + b"-----BEGIN PRIVATE KEY-----", "trust.private_key")]:
            with refused(code):
                admins.propose(certificate=data)
        assert admins.propose(certificate=pem).sha256 == trust_files.read_certificate(pki().der("root")).sha256

    def test_the_same_certificate_is_not_proposed_twice(self, admins: Administrators) -> None:
        admins.propose()
        with refused("trust.known"):
            admins.propose(actor=admins.second)

    def test_an_intermediate_needs_an_anchor_above_it(self, admins: Administrators) -> None:
        with refused("trust.unknown_issuer"):
            services.add_intermediate(certificate=pki().der("interm"), actor=admins.first)
        admins.trusted()
        services.add_intermediate(certificate=pki().der("interm"), actor=admins.first)
        assert keys.trust(at=datetime.now(UTC)).others == (pki().der("interm"),)

    @given(data=st.binary(max_size=300), cut=st.integers(0, 900), at=st.integers(0, 900), bit=st.integers(0, 255))
    def test_damaged_files_are_refused_with_a_sentence(self, data: bytes, cut: int, at: int, bit: int) -> None:
        der = pki().der("root")
        for hostile in (
            data,
            der[:cut],
            der[:at] + bytes([bit]) + der[at + 1 :],
            b"-----BEGIN CERTIFICATE-----" + data,
        ):
            with suppress(RuleBroken):  # anything else would be a page with an error
                assert trust_files.read_certificate(hostile).der


class TestAccess:
    @pytest.mark.parametrize("role", list(Role))
    def test_administrators_decide_and_the_registry_looks(self, admins: Administrators, role: Role) -> None:
        actor = office.actor(admins.body, role, login="ai-do")
        decides = role is Role.ADMINISTRATOR
        assert access.may(actor, "trust.decide", admins.body) == decides
        assert access.may(actor, "trust.import", admins.body) == decides
        looks = role in (Role.ADMINISTRATOR, Role.CLERK, Role.HEAD_OF_OFFICE)
        assert access.may(actor, "trust.view", admins.body) == looks

    def test_a_clerk_neither_proposes_nor_agrees_nor_imports(self, admins: Administrators) -> None:
        anchor = admins.propose()
        attempts = [
            lambda: admins.propose("other-root", admins.clerk),
            lambda: admins.agree(anchor, admins.clerk),
            lambda: services.ask_withdrawal(anchor=anchor, reason="x", actor=admins.clerk, on=DAY),
            lambda: services.import_revocation(data=pki().crl(), actor=admins.clerk),
            lambda: services.add_intermediate(certificate=pki().der("interm"), actor=admins.clerk),
        ]
        for attempt in attempts:
            with pytest.raises(PermissionDenied):
                attempt()


class TestRevocationData:
    @pytest.fixture
    def known(self, admins: Administrators) -> Administrators:
        admins.trusted()
        services.add_intermediate(certificate=pki().der("interm"), actor=admins.first)
        return admins

    def test_a_crl_of_an_unknown_issuer_waits_for_its_certificate(self, admins: Administrators) -> None:
        with refused("trust.unknown_issuer"):
            services.import_revocation(data=pki().crl(), actor=admins.first)

    @pytest.mark.parametrize("issuer", ["root", "interm"])
    def test_a_crl_is_kept_and_judged_by(self, known: Administrators, issuer: str) -> None:
        kept = services.import_revocation(data=pki().crl(issuer), actor=known.first)
        assert (kept.kind, kept.superseded_at) == (RevocationKind.CRL, None)
        assert keys.trust(at=datetime.now(UTC)).crls == (pki().crl(issuer),)

    def test_an_ocsp_answer_of_a_delegated_responder_is_kept(self, known: Administrators) -> None:
        kept = services.import_revocation(data=pki().ocsp("revoked", at=NOW), actor=known.first)
        assert kept.serial == f"{pki().certificate('revoked').serial_number:x}"
        assert len(keys.trust(at=datetime.now(UTC)).ocsps) == 1

    def test_a_newer_one_supersedes_and_an_older_one_is_refused(self, known: Administrators) -> None:
        now = datetime.now(UTC)
        older, newer = (pki().crl(at=now - timedelta(days=days)) for days in (3, 1))
        first = services.import_revocation(data=older, actor=known.first)
        services.import_revocation(data=newer, actor=known.first)
        first.refresh_from_db()
        assert first.superseded_at is not None
        assert keys.trust(at=now).crls == (newer,)
        with refused("trust.known_data"):
            services.import_revocation(data=older, actor=known.first)
        with refused("trust.older_data"):
            services.import_revocation(data=pki().crl(at=now - timedelta(days=2)), actor=known.first)

    def test_lists_of_two_issuers_stand_side_by_side(self, known: Administrators) -> None:
        for issuer in ("root", "interm"):
            services.import_revocation(data=pki().crl(issuer), actor=known.first)
        assert RevocationData.objects.filter(superseded_at=None).count() == 2

    @pytest.mark.parametrize("made", ["crl", "ocsp"])
    def test_a_changed_list_is_no_list_of_its_issuer(self, known: Administrators, made: str) -> None:
        data = bytearray(pki().crl() if made == "crl" else pki().ocsp("person-sources", at=NOW))
        data[-1 if made == "crl" else 120] ^= 1
        with pytest.raises(RuleBroken) as raised:
            services.import_revocation(data=bytes(data), actor=known.first)
        assert raised.value.code in ("trust.bad_signature", "trust.unreadable", "trust.unknown_issuer")

    def test_a_list_from_tomorrow_is_not_taken(self, known: Administrators) -> None:
        with refused("trust.from_the_future"):
            services.import_revocation(data=pki().crl(at=datetime.now(UTC) + timedelta(days=2)), actor=known.first)

    @pytest.mark.parametrize("data", [b"", b"rubbish", b"\x30\x82\xff\xff", b"-----BEGIN X509 CRL-----\nAAAA\n"])
    def test_what_is_no_revocation_data_is_refused(self, known: Administrators, data: bytes) -> None:
        with refused("trust.unreadable"):
            services.import_revocation(data=data, actor=known.first)


class TestJudgingAgain:
    @pytest.fixture
    def kept(self, admins: Administrators) -> Verification:
        """A file signed under the root, judged before anybody trusted it."""
        stored = office.stored(admins.body, signed.pdf(pki()), admins.clerk)
        return services.verify(stored=stored, actor=admins.clerk)

    def latest(self, kept: Verification) -> Verification:
        found = selectors.last_verification(kept.object_id)
        assert found is not None
        return found

    def test_undecided_ones_are_judged_again_when_trust_changes(
        self, admins: Administrators, kept: Verification
    ) -> None:
        assert kept.verdict == Verdict.INDETERMINATE
        reverifying.reverify_due()
        assert self.latest(kept).pk == kept.pk
        admins.trusted()
        reverifying.reverify_due()
        assert (self.latest(kept).verdict, self.latest(kept).cause) == (Verdict.VALID, "schedule")
        assert Verification.objects.filter(object=kept.object).count() == 2

    def test_a_valid_verdict_that_is_lost_is_told_to_the_registry(
        self, admins: Administrators, kept: Verification
    ) -> None:
        anchor = admins.trusted()
        reverifying.reverify_due()
        services.ask_withdrawal(anchor=anchor, reason="Khóa gốc bị lộ", actor=admins.first, on=DAY)
        services.agree_withdrawal(anchor=anchor, actor=admins.second, on=DAY)
        assert not told("verdict_changed")
        reverifying.reverify_due()
        assert self.latest(kept).verdict == Verdict.INDETERMINATE
        assert told("verdict_changed") == {"Lê Thị Mai"}

    def test_valid_ones_are_judged_again_after_half_a_year_and_not_before(
        self, admins: Administrators, kept: Verification
    ) -> None:
        admins.trusted()
        reverifying.reverify_due()
        found = self.latest(kept)
        ground = keys.trust(at=datetime.now(UTC)).digest()
        for days, due in [(179, 0), (181, 1)]:
            at = found.checked_at + timedelta(days=days)
            assert selectors.due_again(at=at, ground=ground).count() == due

    def test_a_valid_one_is_judged_before_and_after_its_certificate_ends(
        self, admins: Administrators, kept: Verification
    ) -> None:
        admins.trusted()
        reverifying.reverify_due()
        found = self.latest(kept)
        ground = keys.trust(at=datetime.now(UTC)).digest()
        end = found.checked_at + timedelta(days=100)
        for checked, at, due in [
            (found.checked_at, end - timedelta(days=31), 0),
            (found.checked_at, end - timedelta(days=29), 1),
            (end - timedelta(days=29), end - timedelta(days=1), 0),
            (end - timedelta(days=29), end + timedelta(days=1), 1),
            (end + timedelta(days=1), end + timedelta(days=2), 0),
        ]:
            Verification.objects.filter(pk=found.pk).update(expires_at=end, checked_at=checked)
            assert selectors.due_again(at=at, ground=ground).count() == due

    def test_a_run_is_bounded_and_takes_the_oldest_first(
        self, admins: Administrators, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reverifying, "BATCH", 2)
        checks = []
        for day in (3, 1, 2):
            stored = office.stored(admins.body, signed.pdf(pki()), admins.clerk)
            with time_machine.travel(datetime(2026, 11, day, tzinfo=UTC)):
                checks.append(services.verify(stored=stored, actor=admins.clerk))
        admins.trusted()
        reverifying.reverify_due()
        again = [self.latest(check).pk != check.pk for check in checks]
        assert again == [False, True, True]

    def test_a_list_that_revokes_the_signer_makes_the_valid_one_due(self, admins: Administrators) -> None:
        admins.trusted()
        services.add_intermediate(certificate=pki().der("interm"), actor=admins.first)
        stored = office.stored(admins.body, signed.pdf(pki(), "revoked"), admins.clerk)
        found = services.verify(stored=stored, actor=admins.clerk)
        Verification.objects.filter(pk=found.pk).update(verdict=Verdict.VALID)
        kept = services.import_revocation(data=pki().crl(), actor=admins.first)
        ground = keys.trust(at=datetime.now(UTC)).digest()
        assert not selectors.due_again(at=datetime.now(UTC), ground=ground).exists()
        reverifying.doubt_revoked(str(kept.pk))
        assert selectors.due_again(at=datetime.now(UTC), ground=ground).count() == 1
