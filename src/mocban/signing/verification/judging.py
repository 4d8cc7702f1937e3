"""The door: judge the signatures of a file. The work happens in the helper process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from mocban.lib.disk import DiskFile, size_of
from mocban.signing.pdf import contained
from mocban.signing.verification.detect import detect
from mocban.signing.verification.findings import FileFinding
from mocban.signing.verification.holders import with_holders
from mocban.signing.verification.identity import unreadable
from mocban.signing.verification.others import judge_other
from mocban.signing.verification.trust import Trust


def judge(file: bytes | DiskFile, *, trust: Trust, content: bytes | DiskFile | None = None) -> FileFinding:
    """Return what the signatures of a file are worth; never raises for what the file holds.

    `content` is the file that a detached signature is about.
    """
    if not size_of(file):
        return unreadable("file.empty")
    return with_holders(judge_other(file, detect(file), trust=trust, content=content))


def judge_beside(file: bytes | DiskFile, *, trust: Trust, beside: Callable[[], bytes | DiskFile | None]) -> FileFinding:
    """Judge a file; if it is a detached signature, with what `beside` finds, which is only a guess what it is about.

    A message that holds its content is judged by that, whatever lies beside it.
    """
    found = judge(file, trust=trust)
    missing = any(reason.code == "cms.content_missing" for one in found.signatures for reason in one.reasons)
    content = beside() if missing else None
    return found if content is None else judge(file, trust=trust, content=content)


def judge_many(files: Iterable[bytes], *, trust: Trust, processes: int = 1) -> Iterator[FileFinding]:
    """Judge many files in their order, in up to `processes` helper processes at once.

    While a helper works on one file the next is on its way to it. For programs that do nothing else, as the size of
    the pool of helpers is changed for the whole process. At most a few files are held at a time.
    """
    contained.allow(processes)
    ahead = 2 * processes
    waiting: list[Future[FileFinding]] = []
    with ThreadPoolExecutor(max_workers=ahead) as threads:
        for data in files:
            if len(waiting) >= ahead:
                yield waiting.pop(0).result()
            waiting.append(threads.submit(judge, data, trust=trust))
        while waiting:
            yield waiting.pop(0).result()
