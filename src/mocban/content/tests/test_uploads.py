"""Uploads stay in memory and beyond the limit become a sentence."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from mocban.content.uploads import BoundedMemoryUploadHandler, RefusedUpload, UploadTooLarge
from mocban.lib.errors import RuleBroken


@pytest.fixture
def limit(settings):
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    settings.FILE_UPLOAD_HANDLERS = ["mocban.content.uploads.BoundedMemoryUploadHandler"]
    return settings.UPLOAD_LIMIT_BYTES


def post(**files: bytes):
    data = {name: SimpleUploadedFile(f"{name}.pdf", content) for name, content in files.items()}
    return RequestFactory().post("/", data | {"subject": "Trích yếu"})


def test_a_file_within_the_limit_is_whole_and_in_memory(limit):
    uploaded = post(file=b"x" * limit).FILES["file"]
    assert uploaded.read() == b"x" * limit
    assert not hasattr(uploaded, "temporary_file_path")


def test_a_file_beyond_the_limit_is_a_refusal_when_read(limit):
    request = post(file=b"x" * (limit + 1))
    assert isinstance(request.FILES["file"], RefusedUpload)
    assert request.POST["subject"] == "Trích yếu"
    with pytest.raises(RuleBroken, match="vượt quá giới hạn 1 MB"):
        request.FILES["file"].read()
    with pytest.raises(RuleBroken):
        request.FILES["file"].chunks()


def test_all_files_of_a_request_share_the_limit(limit):
    request = post(first=b"x" * (limit // 2), second=b"y" * limit)
    assert request.FILES["first"].read() == b"x" * (limit // 2)
    assert isinstance(request.FILES["second"], RefusedUpload)


def test_a_request_far_beyond_the_limit_is_not_even_read(limit):
    request = post(file=b"x" * (limit * 9))
    with pytest.raises(UploadTooLarge):
        request.FILES  # noqa: B018


def test_the_installation_uses_this_handler(settings):
    assert [
        f"{BoundedMemoryUploadHandler.__module__}.{BoundedMemoryUploadHandler.__qualname__}"
    ] == settings.FILE_UPLOAD_HANDLERS
