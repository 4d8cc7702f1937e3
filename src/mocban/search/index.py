"""The tantivy index on local disk: one process writes it, web processes only read.

`INDEX_ROOT/current.json` names the folder of the present generation and the position it covers. It is replaced in one
step after each commit, so a reader sees by one look at it whether to reload, and a rebuild replaces everything at once.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import tantivy
from django.conf import settings

from mocban.lib.ids import new_id

from . import words
from .types import Row

LAYOUT = 1  # raise it when the fields below change: the index is then built anew
WRITER_BYTES = 30_000_000
NO_DAY = 0
_CURRENT = "current.json"
_WORDS = ("title", "title_tone", "body", "body_tone", "number", "kind_words")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("key", "token"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("type", "organisation", "kind"):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_integer_field("day", indexed=True, fast=True)
    for name in _WORDS:
        builder.add_text_field(name, tokenizer_name="whitespace")  # words.py has already cut the words
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


SCHEMA = _schema()


@dataclass(frozen=True)
class Current:
    """The generation that readers use and the feed position that it covers."""

    generation: str
    position: int
    layout: int


def key(object_type: str, object_id: UUID) -> str:
    return f"{object_type}:{object_id}"


def day_number(year: int, month: int, day: int) -> int:
    """Return a day as the index keeps it: 2026-03-01 is 20260301."""
    return year * 10_000 + month * 100 + day


@contextmanager
def exclusive() -> Iterator[None]:
    """Hold the index for writing; another process that wants to write waits."""
    root = Path(settings.INDEX_ROOT)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(root / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def current() -> Current | None:
    """Return the present generation, or None when there is none that this program can use."""
    try:
        found = Current(**json.loads((Path(settings.INDEX_ROOT) / _CURRENT).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    usable = found.layout == LAYOUT and (Path(settings.INDEX_ROOT) / found.generation / "meta.json").exists()
    return found if usable else None


def update(present: Current, gone: Iterable[str], rows: Iterable[Row], position: int) -> None:
    """Replace the objects named by `gone` with `rows` (those without a row vanish) and cover `position`.

    Call it inside `exclusive()`.
    """
    opened = _open(present.generation)
    _write(opened, gone, [rows])
    _publish(Current(present.generation, position, LAYOUT))


def cover(present: Current, position: int) -> None:
    """Note that nothing up to `position` touches this index. Call it inside `exclusive()`."""
    _publish(Current(present.generation, position, LAYOUT))


def replace(batches: Iterable[Iterable[Row]], position: int) -> int:
    """Build a new generation from nothing, let readers change over, delete the old ones; return its number of rows.

    Call it inside `exclusive()`. What was deleted earlier is then also physically gone from the disk.
    """
    root = Path(settings.INDEX_ROOT)
    generation = f"g-{new_id().hex}"
    (root / generation).mkdir(mode=0o700)
    made = tantivy.Index(SCHEMA, path=str(root / generation))
    count = _write(made, (), batches)
    _publish(Current(generation, position, LAYOUT))
    for other in root.glob("g-*"):
        if other.name != generation:
            shutil.rmtree(other)
    return count


def searcher() -> tantivy.Searcher | None:
    """Return a searcher on the newest commit, or None before the first build."""
    return _reader_of(Path(settings.INDEX_ROOT)).searcher()


class _Reader:
    """The open index of one folder, looked after by all threads of a process."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._generation = ""
        self._index: tantivy.Index | None = None

    def searcher(self) -> tantivy.Searcher | None:
        with self._lock:
            self._refresh()
            return self._index.searcher() if self._index else None

    def _refresh(self) -> None:
        try:
            status = os.stat(self._root / _CURRENT)
        except FileNotFoundError:
            self._seen, self._index = None, None
            return
        seen = (status.st_mtime_ns, status.st_ino)
        if seen == self._seen:
            return
        present = current()
        if present is None:
            self._index = None
        elif self._index is not None and present.generation == self._generation:
            self._index.reload()
        else:
            try:
                self._index, self._generation = _open(present.generation), present.generation
            except (ValueError, OSError):  # replaced and deleted since the look above: the next question looks again
                return
        self._seen = seen


_readers: dict[Path, _Reader] = {}
_readers_lock = threading.Lock()


def _reader_of(root: Path) -> _Reader:
    with _readers_lock:
        return _readers.setdefault(root, _Reader(root))


def _open(generation: str) -> tantivy.Index:
    return tantivy.Index.open(str(Path(settings.INDEX_ROOT) / generation))


def _write(opened: tantivy.Index, gone: Iterable[str], batches: Iterable[Iterable[Row]]) -> int:
    count = 0
    writer = opened.writer(WRITER_BYTES, 1)
    try:
        for name in gone:
            writer.delete_documents_by_term("key", name)
        for rows in batches:
            for row in rows:
                writer.add_document(_document(row))
                count += 1
        writer.commit()
    finally:
        writer.wait_merging_threads()  # also lets go of tantivy's own lock
    return count


def _publish(present: Current) -> None:
    target = Path(settings.INDEX_ROOT) / _CURRENT
    draft = target.with_suffix(".new")
    with open(draft, "w") as file:
        json.dump(present.__dict__, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, target)


def _document(row: Row) -> tantivy.Document:
    year, day = (row.day.year, day_number(row.day.year, row.day.month, row.day.day)) if row.day else (NO_DAY, NO_DAY)
    shown = {
        "type": row.object_type,
        "id": str(row.object_id),
        "organisation": str(row.organisation_id),
        "title": row.title,
        "number": row.number,
        "body": row.body[: words.BODY_LIMIT],
        "kind": row.kind,
        "day": row.day.isoformat() if row.day else None,
        "url": row.url,
    }
    values: dict[str, object] = {
        "key": key(row.object_type, row.object_id),
        "token": _list(row.tokens),
        "type": row.object_type,
        "organisation": str(row.organisation_id),
        "kind": row.kind,
        "year": year,
        "day": day,
        "title": " ".join(words.folded(row.title)),
        "title_tone": " ".join(words.toned(row.title)),
        "body": " ".join(words.folded(row.body)),
        "body_tone": " ".join(words.toned(row.body)),
        "number": " ".join(words.number_words(row.number)),
        "kind_words": " ".join(words.folded(row.kind)),
        "shown": json.dumps(shown, ensure_ascii=False).encode(),
    }
    return tantivy.Document.from_dict(values, SCHEMA)


def _list(tokens: Collection[str]) -> list[str]:
    return sorted(set(tokens))
