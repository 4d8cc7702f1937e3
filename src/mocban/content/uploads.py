"""Uploads stay in memory: a document that turns out to be secret must never have touched a disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

DRAIN_FACTOR = 8  # a request this many times the limit is not even read to its end


class UploadTooLarge(RuleBroken, RequestDataTooBig):
    """More bytes than the installation takes. As Django's own error too, it is a 4xx wherever it surfaces."""

    def __init__(self) -> None:
        megabytes = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
        message = _("Tệp tải lên vượt quá giới hạn %(limit)s MB; không phần nào của tệp được lưu lại.")
        super().__init__("content.too_large", message % {"limit": megabytes})


class RefusedUpload(InMemoryUploadedFile):
    """Stands where the file would be, so that the form or service that reads it shows the reason."""

    def read(self, *args: Any) -> bytes:
        raise UploadTooLarge

    def chunks(self, chunk_size: int | None = None) -> Any:
        raise UploadTooLarge

    def multiple_chunks(self, chunk_size: int | None = None) -> bool:
        return False


class BoundedMemoryUploadHandler(FileUploadHandler):
    """Keeps all files of one request in memory, together up to `UPLOAD_LIMIT_BYTES`.

    Beyond it the bytes are dropped as they come (the browser must be allowed to finish, or it shows a broken
    connection instead of the sentence) and the file is replaced by a `RefusedUpload`. Beyond `DRAIN_FACTOR` times
    the limit the request ends with UploadTooLarge before its body is read.
    """

    chunk_size = 256 * 1024

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._total = 0
        self._buffer = BytesIO()
        self._refused = False

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: str, encoding: str | None = None
    ) -> None:
        if content_length > settings.UPLOAD_LIMIT_BYTES * DRAIN_FACTOR:
            raise UploadTooLarge

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._buffer = BytesIO()
        self._refused = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._refused:
            return
        self._total += len(raw_data)
        if self._total > settings.UPLOAD_LIMIT_BYTES:
            self._refused = True
            self._buffer = BytesIO()
            return
        self._buffer.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        made = RefusedUpload if self._refused else InMemoryUploadedFile
        # Cut to size, so that whoever reads the whole shares these bytes instead of copying them.
        data, self._buffer = self._buffer.getvalue(), BytesIO()
        return made(
            file=BytesIO(data),
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
