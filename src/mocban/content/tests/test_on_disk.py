"""Content that stays on disk: taken over without a copy, checked when it is read, set aside and gone again."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pikepdf
import pytest
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.test import RequestFactory

from mocban.content import blobs, services, uploads
from mocban.content.examine import LOOKED_AT, describe, identify
from mocban.lib.disk import digest_of, new_file
from mocban.lib.errors import RuleBroken
from mocban.people.choices import Role
from mocban.secrecy.tests import people

from . import factories

pytestmark = pytest.mark.django_db
PDF = "application/pdf"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.CONTENT_ROOT = tmp_path


def large_pdf() -> bytes:
    with pikepdf.open(io.BytesIO(factories.pdf())) as document:
        document.Root.Ballast = document.make_indirect(pikepdf.Stream(document, os.urandom(3 * LOOKED_AT)))
        output = io.BytesIO()
        document.save(output, compress_streams=False)
        return output.getvalue()


def test_a_file_that_was_made_is_taken_over_as_it_is_and_read_again(tmp_path: Path) -> None:
    body = people.organisation()
    made = new_file(blobs.scratch())
    made.path.write_bytes(factories.pdf())
    inode = made.path.stat().st_ino
    clerk = people.actor(body, Role.CLERK)
    stored = services.store(examined=describe(made, "a.pdf", PDF), data=made, organisation=body, actor=clerk)
    file = services.read_file(stored)
    assert (file.path.stat().st_ino, stored.size, digest_of(file)) == (inode, made.size, stored.sha256)
    del made
    assert list(blobs.scratch().iterdir()) == []
    assert services.read_bytes(stored) == factories.pdf()
    os.chmod(file.path, 0o600)
    file.path.write_bytes(b"damaged")
    with pytest.raises(RuleBroken, check=lambda error: error.code == "content.lost"):
        services.read_file(stored)


def test_what_is_set_aside_has_no_row_and_goes_unless_a_document_is_the_same() -> None:
    body = people.organisation()
    aside = services.set_aside(b"waits for a token")
    assert services.read_aside(aside).path.read_bytes() == b"waits for a token"
    services.discard_aside(aside)
    with pytest.raises(RuleBroken, check=lambda error: error.code == "content.lost"):
        services.read_aside(aside)
    data = factories.pdf()
    clerk = people.actor(body, Role.CLERK)
    stored = services.store(examined=describe(data, "a.pdf", PDF), data=data, organisation=body, actor=clerk)
    services.discard_aside(services.set_aside(data))
    assert services.read_bytes(stored) == data


def test_the_format_of_a_large_file_is_told_from_its_ends_alone(tmp_path: Path) -> None:
    data = large_pdf()
    file = new_file(tmp_path)
    file.path.write_bytes(data)
    assert identify(data) == identify(file) == identify(factories.pdf()) != ""


def test_who_reads_a_whole_upload_shares_its_bytes() -> None:
    handler = uploads.BoundedMemoryUploadHandler(RequestFactory().post("/"))
    assert not isinstance(handler, MemoryFileUploadHandler)
    handler.new_file("file", "a.pdf", PDF, 0)
    for piece in (b"one " * 1000, b"two " * 1000):
        handler.receive_data_chunk(piece, 0)
    upload = handler.file_complete(8000)
    whole = upload.read()
    assert upload.file is not None
    assert upload.file.getvalue() is whole
