"""What each electronic document lacks of a sufficient signature."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mocban.people import grants
from mocban.people.choices import Role
from mocban.portal.tests.world import DAY, NOON, Body
from mocban.registry.models import Copy
from mocban.registry.sufficiency import by_month, grouped, judged, lacking, share

from .signed_world import checked, issued, made, received

pytestmark = pytest.mark.django_db
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def head(body):
    return body.actor(Role.HEAD_OF_OFFICE)


@pytest.fixture
def officer(body):
    return body.position(Role.OFFICER)


def stands(actor, way, row):
    return judged(actor, way, since=YEAR[0], until=YEAR[1]).get(pk=row.pk).sufficiency


def part(row, role):
    return row.document.parts.get(role=role).object


class TestIssued:
    @pytest.mark.parametrize(
        ("kinds", "expected"),
        [
            (("person", "organisation"), "signed"),
            (("person",), "person_only"),
            (("organisation",), "organisation_only"),
            ((), "unchecked"),
        ],
    )
    def test_what_was_signed_here_needs_both_signatures(self, body, head, officer, kinds, expected):
        assert stands(head, "outgoing", issued(body, officer, *kinds)) == expected

    def test_a_signature_that_no_longer_stands_counts_for_nothing(self, body, head, officer):
        outgoing = issued(body, officer, "person", "organisation")
        checked(part(outgoing, "issued"), "invalid", "person", "organisation")
        assert stands(head, "outgoing", outgoing) == "invalid"

    def test_our_own_signature_needs_no_trusted_root(self, body, head, officer):
        outgoing = issued(body, officer, "person", "organisation")
        checked(part(outgoing, "issued"), "indeterminate", "person", "organisation")
        assert stands(head, "outgoing", outgoing) == "signed"

    def test_what_was_signed_elsewhere_is_judged_by_its_check(self, body, head, officer):
        outgoing = issued(body, officer)
        checked(part(outgoing, "issued"), "valid", "person", "organisation")
        assert stands(head, "outgoing", outgoing) == "signed"

    def test_a_separate_annex_wants_the_organisations_signature_too(self, body, head, officer):
        outgoing = issued(body, officer, "person", "organisation")
        annex = body.attach(outgoing.document, "annex")
        assert stands(head, "outgoing", outgoing) == "annex"
        made(body, annex, "organisation")
        assert stands(head, "outgoing", outgoing) == "signed"

    def test_an_annex_that_others_signed_goes_out_as_it_is(self, body, head, officer):
        outgoing = issued(body, officer, "person", "organisation")
        annex = body.attach(outgoing.document, "annex")
        checked(annex, "indeterminate", "person")
        assert stands(head, "outgoing", outgoing) == "signed"
        checked(annex, "invalid", "person")
        assert stands(head, "outgoing", outgoing) == "annex"

    def test_a_scan_of_paper_wants_the_organisations_signature_alone(self, body, head, officer):
        outgoing = issued(body, officer, origin="late")
        checked(part(outgoing, "issued"), "indeterminate")
        assert stands(head, "outgoing", outgoing) == "no_signature"
        made(body, part(outgoing, "issued"), "organisation")
        assert stands(head, "outgoing", outgoing) == "signed"

    def test_the_last_issued_version_counts(self, body, head, officer):
        outgoing = issued(body, officer, origin="late")
        sealed = body.stored("ban-ky-so.pdf")
        outgoing.document.parts.create(object=sealed, role="issued", ordinal=2, added_at=NOON, added_by="thử")
        assert stands(head, "outgoing", outgoing) == "unchecked"
        made(body, sealed, "organisation")
        assert stands(head, "outgoing", outgoing) == "signed"

    def test_paper_without_a_file_is_outside_and_a_number_without_a_seal_waits(self, body, head, officer):
        paper = body.outgoing(officer, officer, status="issued", origin="imported")
        numbered = body.outgoing(officer, officer, status="numbered")
        assert stands(head, "outgoing", paper) == "paper"
        assert stands(head, "outgoing", numbered) == "unsealed"


class TestReceived:
    @pytest.mark.parametrize(
        ("verdict", "holders", "expected"),
        [
            ("valid", ("person", "organisation"), "signed"),
            ("valid", ("organisation",), "organisation_only"),
            ("valid", ("person",), "person_only"),
            ("valid", ("",), "indeterminate"),
            ("invalid", ("person", "organisation"), "invalid"),
            ("indeterminate", ("person", "organisation"), "indeterminate"),
            ("indeterminate", (), "no_signature"),
            ("", (), "unchecked"),
        ],
    )
    def test_the_check_of_its_file_says_what_is_missing(self, body, head, verdict, holders, expected):
        assert stands(head, "incoming", received(body, verdict, *holders)) == expected

    def test_the_last_check_counts(self, body, head):
        entry = received(body, "indeterminate", "person", "organisation")
        checked(part(entry, "main"), "valid", "person", "organisation", at=NOON + timedelta(days=1))
        assert stands(head, "incoming", entry) == "signed"

    def test_a_file_that_cannot_be_read_is_not_called_unsigned(self, body, head):
        entry = received(body)
        checked(part(entry, "main"), "indeterminate", readable=False)
        assert stands(head, "incoming", entry) == "indeterminate"

    def test_a_copy_from_paper_needs_no_person(self, body, head):
        entry = received(body)
        checked(part(entry, "main"), "valid", "organisation", name="mb_copy")
        assert stands(head, "incoming", entry) == "signed"

    def test_an_office_file_has_no_signature_even_unchecked(self, body, head):
        entry = received(body)
        stored = part(entry, "main")
        stored.media_type = "application/msword"
        stored.save()
        assert stands(head, "incoming", entry) == "no_signature"

    def test_a_scan_of_received_paper_is_outside_and_mail_without_a_file_is_not(self, body, head):
        assert stands(head, "incoming", received(body, received_via="paper")) == "paper"
        assert stands(head, "incoming", body.incoming(received_via="mail")) == "no_file"


def copied(body, officer, **fields):
    return Copy.objects.create(
        organisation=body.organisation,
        document=body.document(),
        kind="full-copy",
        kind_name="Sao y",
        source_form="main",
        maker="receiver",
        from_medium="paper",
        signer=officer,
        signer_name="Người ký",
        requester=officer,
        requested_by="thử",
        copied_on=DAY,
        created_at=NOON,
        **{"state": "made", "to_medium": "electronic", **fields},
    )


def test_an_electronic_copy_wants_the_organisations_signature(body, head, officer):
    desk = [grants.role_token(body.organisation.pk, Role.HEAD_OF_OFFICE)]
    bare, sealed = (copied(body, officer, object=body.stored()) for _ in range(2))
    paper = copied(body, officer, object=body.stored(), to_medium="paper")
    made(body, sealed.object, "organisation")
    for copy in (bare, sealed, paper):
        grants.allow(copy, desk, reason="test")
    rows = judged(head, "copies", since=YEAR[0], until=YEAR[1])
    assert {row.pk: row.sufficiency for row in rows} == {bare.pk: "no_signature", sealed.pk: "signed"}


def test_groups_add_up_to_the_list_and_the_share_leaves_paper_out(body, head, officer):
    issued(body, officer, "person", "organisation")
    issued(body, officer, "person", on=date(2026, 8, 3))
    issued(body, officer, "person", on=date(2026, 8, 9))
    body.outgoing(officer, officer, status="issued")
    body.outgoing(officer, officer, status="numbered")
    rows = judged(head, "outgoing", since=YEAR[0], until=YEAR[1])
    groups = grouped(rows, "outgoing")
    assert sum(one.number for one in groups) == rows.count() == 5
    bad = sum(one.number for one in groups if one.sufficiency not in ("signed", "paper"))
    assert bad == lacking(rows).count() == 3
    assert {(one.month, one.sufficiency): one.number for one in groups}[(date(2026, 8, 1), "person_only")] == 2
    assert {one.unit for one in groups} == {body.unit.pk}
    months = by_month(rows, "outgoing")
    assert (share(months[date(2026, 9, 1)]).percent, share(months[date(2026, 8, 1)]).percent) == (100.0, 0.0)


def test_the_unit_that_leads_answers_for_what_arrived(body, head):
    entry = received(body)
    assert judged(head, "incoming", since=YEAR[0], until=YEAR[1]).get().unit_key is None
    body.task(entry)
    assert judged(head, "incoming", since=YEAR[0], until=YEAR[1]).get().unit_key == body.unit.pk


def test_other_bodies_other_days_and_hidden_documents_are_not_judged(body, head, officer):
    received(Body(code="X1", name="Cơ quan khác"))
    received(body, on=date(2025, 12, 31))
    hidden = received(body)
    grants.Grant.objects.filter(object_id=hidden.pk).delete()
    body.outgoing(officer, officer, status="signed")
    assert [judged(head, way, since=YEAR[0], until=YEAR[1]).count() for way in ("incoming", "outgoing")] == [0, 0]
