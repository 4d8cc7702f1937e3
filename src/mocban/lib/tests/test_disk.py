"""A file on disk behaves as the same bytes in memory do, and temporary files go with their holders."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocban.lib import disk
from mocban.lib.disk import DiskFile, Grown, Mapped, Window, appended, content_of, digest_of, hashed, new_file, size_of

LETTERS = st.binary(min_size=1, max_size=60).map(lambda data: bytes(byte % 3 for byte in data))
PLACES = st.integers(min_value=0, max_value=70)


def on_disk(folder: Path, data: bytes) -> DiskFile:
    file = new_file(folder)
    file.path.write_bytes(data)
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "HELD", 7)


@given(data=LETTERS, part=LETTERS.map(lambda part: part[:3]), start=PLACES, end=PLACES)
def test_mapped_content_is_searched_as_bytes_are(folder: Path, data: bytes, part: bytes, start: int, end: int) -> None:
    file = on_disk(folder, data)
    mapped = file.mapped()
    assert mapped.find(part) == data.find(part)
    assert mapped.find(part, start, end) == data.find(part, start, end)
    assert mapped.count(part, start) == data.count(part, start)
    assert (part in mapped) == (part in data)
    assert mapped.startswith(part, start) == data.startswith(part, start)
    assert mapped[start:end] == data[start:end]
    assert len(mapped) == len(data)


@given(data=LETTERS, length=st.integers(min_value=0, max_value=60), at=PLACES, amount=PLACES)
def test_a_window_reads_as_a_file_of_the_first_bytes(
    folder: Path, data: bytes, length: int, at: int, amount: int
) -> None:
    for content in (data, on_disk(folder, data).mapped()):
        window, plain = Window(content, length), io.BytesIO(data[:length])
        assert (window.seek(at), window.read(amount)) == (plain.seek(at), plain.read(amount))
        assert window.seek(0, io.SEEK_END) == plain.seek(0, io.SEEK_END)
        assert window.seek(0) == 0
        assert window.read() == plain.getvalue()


@given(data=LETTERS, more=LETTERS, again=LETTERS)
def test_content_grows_in_memory_and_what_was_there_stays(folder: Path, data: bytes, more: bytes, again: bytes) -> None:
    grown, plain = Grown(on_disk(folder, data).mapped()), io.BytesIO(data)
    for stream in (grown, plain):
        stream.seek(0, io.SEEK_END)
        stream.write(more)
        stream.seek(len(data))
        stream.write(again)
        stream.seek(0)
    assert grown.read() == plain.read()
    assert data + bytes(grown.added) == plain.getvalue()
    grown.seek(0)
    with pytest.raises(io.UnsupportedOperation):
        grown.write(b"x")


@given(data=st.binary(max_size=60))
def test_size_and_digest_are_those_of_the_bytes(folder: Path, data: bytes) -> None:
    file = on_disk(folder, data)
    assert (size_of(file), digest_of(file)) == (len(data), hashlib.sha256(data).hexdigest())
    made = hashlib.sha256()
    hashed(made, content_of(file))
    assert made.hexdigest() == digest_of(data)
    assert isinstance(content_of(file), Mapped) == bool(data)


def add(stream: BinaryIO) -> None:
    stream.seek(0, io.SEEK_END)
    stream.write(b"more")


def test_what_is_appended_is_a_new_file_of_the_same_kind(tmp_path: Path) -> None:
    file = on_disk(tmp_path, b"once ")
    made = appended(file, add)
    assert made.path.read_bytes() == appended(b"once ", add) == b"once more"
    assert file.path.read_bytes() == b"once "


def test_a_temporary_file_goes_with_its_holder_and_a_failed_one_at_once(tmp_path: Path) -> None:
    def fails(_stream: BinaryIO) -> None:
        raise ZeroDivisionError

    file = on_disk(tmp_path, b"data")
    with pytest.raises(ZeroDivisionError):
        appended(file, fails)
    assert list(tmp_path.iterdir()) == [file.path]
    del file
    assert list(tmp_path.iterdir()) == []
    kept = tmp_path / "kept"
    kept.write_bytes(b"data")
    del kept
    DiskFile(tmp_path / "kept", scratch=tmp_path).discard()
    assert (tmp_path / "kept").exists()
