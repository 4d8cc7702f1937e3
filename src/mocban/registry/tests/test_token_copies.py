"""What else the organisation signs with the clerk's own token: annexes with their document, scans, copies.

Their marks say the time, so no two of them are alike; what was begun is still what is finished.
"""

from __future__ import annotations

from typing import Any

import pytest

from mocban.records.choices import ObjectRole
from mocban.registry.choices import CopyState, Medium, OutgoingStatus, SourceForm
from mocban.registry.services.drafting import approve_draft, sign_outgoing, submit_draft
from mocban.registry.services.enclosing import enclose_files
from mocban.registry.services.issuing import take_outgoing_number
from mocban.registry.services.key_steps import begin, copy_step, finish, from_paper_step, issuing_step
from mocban.signing.verification.findings import Conclusion
from tests import steps
from tests.steps import refused
from tests.world import DAY, World, browser

from .copying import numbered, requested
from .test_from_paper import entered, scan
from .test_signers_and_annexes import annex
from .test_token_signing import conclusions, last, organisation_on_token, token_signs

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(world: World, keys: None) -> None:
    """The organisation's key is in the clerk's token; the leader still signs with the trial key."""
    organisation_on_token(world)


def given(world: World, **subject: Any) -> dict[str, Any]:
    return {**subject, "actor": world.clerk, "on": DAY, "version": None}


def test_a_document_is_issued_with_its_annexes_signed_by_one_pin(world: World, token: None) -> None:
    outgoing = steps.drafted(world)
    files = [annex(world), annex(world, "bang-2.pdf")]
    enclose_files(outgoing=outgoing, files=files, actor=world.officer, on=DAY)
    submit_draft(outgoing=outgoing, actor=world.officer, on=DAY)
    approve_draft(outgoing=outgoing, actor=world.head, on=DAY)
    signed = sign_outgoing(outgoing=steps.opened(outgoing, world.leader), actor=world.leader, on=DAY)
    held = take_outgoing_number(outgoing=signed, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
    begun = begin(issuing_step(**given(world, outgoing=held)))
    brought = token_signs(world.office.organisation, begun)
    assert len(brought) == 3
    with refused("signing.pending_gone"):
        finish(issuing_step(**given(world, outgoing=held)), brought[:2])
    issued = finish(issuing_step(**given(world, outgoing=held)), brought[::-1])
    assert issued.status == OutgoingStatus.ISSUED
    parts = issued.document.parts.filter(role=ObjectRole.ANNEX).select_related("object")
    assert [conclusions(part.object) for part in parts] == [[Conclusion.VALID]] * 2
    assert conclusions(last(issued, ObjectRole.ISSUED)) == [Conclusion.VALID] * 2


def test_a_copy_is_sealed(world: World, token: None) -> None:
    source = entered(world, scan())
    form = {"source_form": SourceForm.MAIN, "from_medium": Medium.PAPER, "to_medium": Medium.ELECTRONIC}
    handed_in = steps.accepted("ban-quet.pdf", scan())
    copy = numbered(world, requested(world, source.document, scan=handed_in, **form))
    shown = browser(world.clerk).get(f"/registry/copies/{copy.pk}/make/")
    assert shown["Location"] == f"/registry/copies/{copy.pk}/token-make/"
    assert "data-document" in browser(world.clerk).get(shown["Location"]).content.decode()
    begun = begin(copy_step(**given(world, copy=copy)))
    copy.refresh_from_db()
    assert (copy.state, copy.object) == (CopyState.NUMBERED, None)
    brought = token_signs(world.office.organisation, begun)
    made = finish(copy_step(**given(world, copy=copy)), brought)
    assert made.state == CopyState.MADE
    assert conclusions(made.object) == [Conclusion.VALID]


def test_a_scan_of_paper_is_sealed(world: World, token: None) -> None:
    outgoing = entered(world, scan())
    shown = browser(world.clerk).get(f"/registry/outgoing/{outgoing.pk}/from-paper/")
    assert shown["Location"] == f"/registry/outgoing/{outgoing.pk}/token-from-paper/"
    begun = begin(from_paper_step(**given(world, outgoing=outgoing)))
    brought = token_signs(world.office.organisation, begun)
    part = finish(from_paper_step(**given(world, outgoing=outgoing)), brought)
    assert conclusions(part.object) == [Conclusion.VALID]


def test_what_was_begun_for_one_scan_does_not_sign_another(world: World, token: None) -> None:
    one, other = entered(world, scan()), entered(world, scan(210))
    brought = token_signs(world.office.organisation, begin(from_paper_step(**given(world, outgoing=one))))
    with refused("signing.pending_gone"):
        finish(from_paper_step(**given(world, outgoing=other)), brought)
