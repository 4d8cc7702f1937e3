"""Damaged and hostile PDFs at the pages of signing: a sentence, a state to go on from, nothing half done, no 500."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mocban.content import services as content
from mocban.content.tests import factories
from mocban.records.choices import ObjectRole
from mocban.registry.models import Incoming, Outgoing
from tests import steps
from tests.world import World, browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]

REVISIONS = 3_000
GIGABYTE = 1 << 30


def changed(change: Any) -> bytes:
    """A page after `change` was made to it."""
    with pikepdf.open(io.BytesIO(steps.blank_pdf())) as document:
        change(document)
        output = io.BytesIO()
        document.save(output)
        return output.getvalue()


def with_xfa(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=pikepdf.String("<xdp/>"))


def with_script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def without_pages(document: pikepdf.Pdf) -> None:
    del document.pages[:]


def in_a_circle(document: pikepdf.Pdf) -> None:
    document.Root.Pages.Kids = pikepdf.Array([document.Root.Pages])


def signed_over_a_gigabyte(document: pikepdf.Pdf) -> None:
    """A signature field that claims to cover more bytes than there are."""
    value = pikepdf.Dictionary(
        Type=pikepdf.Name.Sig,
        Filter=pikepdf.Name("/Adobe.PPKLite"),
        SubFilter=pikepdf.Name("/ETSI.CAdES.detached"),
        ByteRange=pikepdf.Array([0, GIGABYTE, GIGABYTE + 100, GIGABYTE]),
        Contents=pikepdf.String("00" * 50),
    )
    field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("s"), V=document.make_indirect(value))
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([document.make_indirect(field)]), SigFlags=3)


def with_many_revisions() -> bytes:
    """The same file, updated thousands of times without a change."""
    first = steps.blank_pdf()
    start = int(re.findall(rb"startxref\s+(\d+)", first)[-1])
    size = int(re.findall(rb"/Size (\d+)", first)[-1])
    [root] = re.findall(rb"/Root (\d+ \d+ R)", first)[-1:]
    data = bytearray(first)
    for _ in range(REVISIONS):
        place = len(data)
        data += b"\nxref\n0 0\ntrailer\n<< /Size %d /Root %s /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
            size, root, start, place + 1,
        )  # fmt: skip
        start = place + 1
    return bytes(data)


BAD = {
    "rubbish": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40,
    "cut off": lambda: steps.blank_pdf()[:400],
    "header alone": lambda: b"%PDF-1.7\n%%EOF",
    "XFA": lambda: changed(with_xfa),
    "script": lambda: changed(with_script),
    "no pages": lambda: changed(without_pages),
    "circle of pages": lambda: changed(in_a_circle),
    "a gigabyte signed": lambda: changed(signed_over_a_gigabyte),
    "thousands of revisions": with_many_revisions,
}
HARMLESS = ("thousands of revisions",)  # long-winded, but a document without a signature all the same
REFUSED_AT_THE_DOOR = {"empty": b"", "encrypted": factories.encrypted_pdf(), "no PDF": b"MZ" + b"\0" * 100}


def file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("van-ban.pdf", data, content_type="application/pdf")


def said(answer: Any) -> bool:
    """Whether the page holds a refusal in words."""
    words = answer.content.decode()
    return "field-error" in words or "alert-danger" in words or 'role="alert"' in words or "invalid-feedback" in words


@pytest.mark.parametrize("name", sorted(REFUSED_AT_THE_DOOR))
def test_what_cannot_be_read_at_all_stops_at_the_door_of_every_page(world: World, name: str) -> None:
    data = REFUSED_AT_THE_DOOR[name]
    outgoing = steps.drafted(world)
    parts = outgoing.document.parts.count()
    drafting = reverse("registry:outgoing_upload", args=[outgoing.pk])
    answer = browser(world.officer).post(drafting, {"file": file(data), "version": outgoing.version})
    assert (answer.status_code in (409, 422), said(answer)) == (True, True)
    assert outgoing.document.parts.count() == parts
    answer = browser(world.clerk).post(reverse("signing:check_file"), {"file": file(data)})
    assert answer.status_code in (200, 409, 422)
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
    if name in HARMLESS and answer.status_code == 302:
        assert outgoing.status == "submitted"
    else:
        assert (answer.status_code, said(answer), outgoing.status) == (409, True, "draft")
    assert not outgoing.document.parts.filter(role__in=(ObjectRole.SIGNED, ObjectRole.ISSUED)).exists()


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_that_came_is_kept_as_it_is_and_never_called_valid(world: World, name: str) -> None:
    data = BAD[name]()
    entry = steps.registered(world, files=(steps.accepted("van-ban.pdf", data),))
    stored = entry.document.parts.get().object
    clerk = browser(world.clerk)
    checked = clerk.post(reverse("signing:object", args=[stored.pk]), follow=True)
    assert checked.status_code == 200
    assert stored.verifications.get(latest=True).verdict in ("indeterminate", "invalid")
    for address in (
        reverse("registry:incoming", args=[entry.pk]),
        reverse("signing:object", args=[stored.pk]),
        reverse("reports:unsigned") + "?way=incoming&year=2026",
    ):
        assert clerk.get(address).status_code == 200, address
    stamped = clerk.get(reverse("registry:incoming_stamped", args=[entry.pk]))
    assert stamped.status_code in (200, 409)
    assert content.read_bytes(stored) == data


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_brought_to_be_checked_gets_an_answer(world: World, name: str) -> None:
    answer = browser(world.clerk).post(reverse("signing:check_file"), {"file": file(BAD[name]())})
    assert answer.status_code in (200, 409, 422)
    assert "Hợp lệ<" not in answer.content.decode()
    assert (Outgoing.objects.count(), Incoming.objects.count()) == (0, 0)
