"""Sending a stored object over HTTP: whole or one range, with headers that keep it harmless. For pages and API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from mocban.audit import services as audit
from mocban.audit.models import ReadKind
from mocban.lib.disk import DiskFile
from mocban.lib.files import ascii_name
from mocban.people.actor import Actor

from . import blobs, rules, selectors
from .formats import INLINE
from .models import DigitalObject

_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})$")
_PIECE = 256 * 1024  # bytes sent at a time
_POLICY = "default-src 'none'; frame-ancestors 'self'"


def sent(request: HttpRequest, object_id: UUID, actor: Actor) -> HttpResponseBase:
    """Return the response with the bytes. `?download=1` saves instead of showing.

    Raises Http404 for whoever may not read, RuleBroken `content.frozen` or `content.erased`.
    """
    stored = selectors.readable(object_id, actor)
    if stored is None:
        raise Http404
    rules.check_readable(stored.state)
    saves = "download" in request.GET or stored.media_type not in INLINE
    window = _window(request.headers.get("Range", ""), stored.size)
    if window is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
    first, last = window
    if first == 0:  # the later ranges of one reading are the same reading
        audit.read(actor, stored, ReadKind.DOWNLOADED if saves else ReadKind.VIEWED)
    return _respond(request, stored, first, last, saves)


def _respond(request: HttpRequest, stored: DigitalObject, first: int, last: int, saves: bool) -> HttpResponseBase:
    whole = first == 0 and last == stored.size - 1
    status = 200 if whole else 206
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(status=status)
    else:
        try:
            file = blobs.open_blob(stored.sha256)
        except FileNotFoundError as error:
            raise Http404 from error
        response = StreamingHttpResponse(_pieces(file, first, last), status=status)
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    if not whole:
        response["Content-Range"] = f"bytes {first}-{last}/{stored.size}"
    return harmless(response, name=stored.name, media_type=stored.media_type, saves=saves)


def streamed(file: DiskFile, length: int | None = None) -> StreamingHttpResponse:
    """Return a response with a file that was made, or its first bytes, sent in pieces."""
    length = file.size if length is None else length
    response = StreamingHttpResponse(_of_file(file, length))
    response["Content-Length"] = str(length)
    return response


def _of_file(file: DiskFile, length: int) -> Iterator[bytes]:
    with open(file.path, "rb") as stream:  # `file` is held on to meanwhile: it may be temporary
        yield from _pieces(stream, 0, length - 1)


def harmless(response: HttpResponseBase, *, name: str, media_type: str, saves: bool) -> HttpResponseBase:
    """Set the headers with which foreign bytes reach a browser: as what they are, unable to run or load anything."""
    response["Content-Type"] = media_type
    response["Content-Disposition"] = _disposition(name, saves)
    response["Cache-Control"] = "private, no-store"  # a frozen object must not live on in a browser
    response["X-Content-Type-Options"] = "nosniff"
    # A sandboxed page cannot start the browser's own PDF viewer; PDF gets the same policy without the sandbox.
    response["Content-Security-Policy"] = _POLICY if media_type == "application/pdf" else f"sandbox; {_POLICY}"
    return response


def _window(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte to send; None when the range lies outside. Several ranges: the whole is sent."""
    found = _RANGE.fullmatch(header.strip())
    if not found or found.group() == "bytes=-":
        return 0, size - 1
    begin, end = found.groups()
    if not begin:
        length = int(end)
        return (max(size - length, 0), size - 1) if length else None
    first, last = int(begin), min(int(end), size - 1) if end else size - 1
    return (first, last) if first <= last else None


def _pieces(file: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = last - first + 1
        while left > 0:
            piece = file.read(min(_PIECE, left))
            if not piece:
                return
            left -= len(piece)
            yield piece


def _disposition(name: str, saves: bool) -> str:
    kind = "attachment" if saves else "inline"
    return f"{kind}; filename=\"{ascii_name(name)}\"; filename*=UTF-8''{quote(name)}"
