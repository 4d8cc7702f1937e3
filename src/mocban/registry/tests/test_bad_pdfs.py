"""Damaged and hostile PDFs at the pages of signing: a sentence, a state to go on from, nothing half done, no 500."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mocban.content import services as content
from mocban.records.choices import ObjectRole
from mocban.registry.models import Incoming, Outgoing
from mocban.signing.services.verifying import verify_together
from mocban.signing.tests.hostile import BAD, LONG_WINDED, UNREADABLE
from tests import steps
from tests.world import World, browser

from .test_signature_checks import accepted, objects, packet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("van-ban.pdf", data, content_type="application/pdf")


def said(answer: Any) -> bool:
    """Whether the page holds a refusal in words."""
    words = answer.content.decode()
    return "field-error" in words or "alert-danger" in words or 'role="alert"' in words or "invalid-feedback" in words


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_what_cannot_be_read_at_all_stops_at_the_door_of_every_page(world: World, name: str) -> None:
    data = UNREADABLE[name]()
    outgoing = steps.drafted(world)
    parts = outgoing.document.parts.count()
    officer, clerk = browser(world.officer), browser(world.clerk)
    draft = {"file": file(data), "version": outgoing.version}
    refused = officer.post(reverse("registry:outgoing_upload", args=[outgoing.pk]), draft)
    assert (refused.status_code in (409, 422), said(refused)) == (True, True)
    annex = {"enclosed": file(data), "version": outgoing.version}
    refused = officer.post(reverse("registry:outgoing_enclose", args=[outgoing.pk]), annex)
    assert (refused.status_code in (409, 422), said(refused)) == (True, True)
    assert outgoing.document.parts.count() == parts
    answer = clerk.post(reverse("signing:check_file"), {"file": file(data)})
    assert said(answer) or "Chưa đủ căn cứ" in answer.content.decode()


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_draft_is_not_submitted_and_stays_a_draft(world: World, name: str) -> None:
    outgoing = steps.drafted(world, with_file=False)
    officer = browser(world.officer)
    uploaded = officer.post(
        reverse("registry:outgoing_upload", args=[outgoing.pk]),
        {"file": file(BAD[name]()), "version": outgoing.version},
    )
    if uploaded.status_code != 302:
        assert uploaded.status_code in (409, 422)
        assert said(uploaded)
        return
    outgoing.refresh_from_db()
    answer = officer.post(reverse("registry:outgoing_submit", args=[outgoing.pk]), {"version": outgoing.version})
    outgoing.refresh_from_db()
    if name == LONG_WINDED and answer.status_code == 302:
        assert outgoing.status == "submitted"
    else:
        assert (answer.status_code, said(answer), outgoing.status) == (409, True, "draft")
    assert not outgoing.document.parts.filter(role__in=(ObjectRole.SIGNED, ObjectRole.ISSUED)).exists()


def test_bad_files_that_arrive_are_judged_shown_and_kept_as_they_are(world: World) -> None:
    files = {f"{name}.pdf": make() for name, make in BAD.items()}
    arrived = packet(world, *files.items())
    clerk = browser(world.clerk)
    assert clerk.get(reverse("exchange:packet", args=[arrived.pk])).status_code == 200
    verify_together([str(stored.pk) for stored in objects(arrived)])
    assert clerk.get(reverse("exchange:packet", args=[arrived.pk])).status_code == 200
    address = reverse("registry:packet_register", args=[arrived.pk])
    refused = clerk.post(address, accepted(world))
    assert (refused.status_code, Incoming.objects.count()) == (409, 0), "one of them is signed, and not validly"
    done = clerk.post(address, accepted(world, signatures_seen="1"))
    assert done.status_code == 302
    entry = Incoming.objects.get()
    for page in (
        reverse("registry:incoming", args=[entry.pk]),
        reverse("reports:unsigned") + "?way=incoming&year=2026",
    ):
        assert clerk.get(page).status_code == 200, page
    kept = {stored.name: stored for stored in objects(arrived)}
    assert set(kept) == set(files)
    for name, stored in kept.items():
        again = clerk.post(reverse("signing:object", args=[stored.pk]), follow=True)
        assert again.status_code == 200, name
        assert stored.verifications.get(latest=True).verdict in ("indeterminate", "invalid"), name
        assert content.read_bytes(stored) == files[name], name
    assert clerk.get(reverse("registry:incoming_stamped", args=[entry.pk])).status_code in (200, 409)


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_brought_to_be_checked_gets_an_answer(world: World, name: str) -> None:
    answer = browser(world.clerk).post(reverse("signing:check_file"), {"file": file(BAD[name]())})
    assert answer.status_code in (200, 409, 422)
    assert said(answer) or "verdict-word" in answer.content.decode()
    assert "Hợp lệ<" not in answer.content.decode()
    assert (Outgoing.objects.count(), Incoming.objects.count()) == (0, 0)
