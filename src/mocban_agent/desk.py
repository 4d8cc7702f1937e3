"""One job at a time: a page hands in digests, the person at this computer agrees with the PIN, the page fetches the
signatures one by one."""

from __future__ import annotations

import base64
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from .journal import Journal
from .requests import Document, Refusal, SignRequest
from .tokens import AskPin, Certificate, PinState, Sign, Trouble

ABANDONED = 120.0  # seconds without a question from the page (a hidden one asks once a minute): the job ends
KEPT = 600.0  # seconds for which a finished job's signatures can be fetched
PATIENCE = 30.0  # seconds for listing certificates


class Tokens(Protocol):
    """What the desk needs of the tokens; see `tokens.Tokens`."""

    def certificates(self) -> list[Certificate]: ...

    def opened(self, identity: str, ask_pin: AskPin) -> AbstractContextManager[Sign]: ...


class Asker(Protocol):
    """The person at this computer. Every method may be called from any thread."""

    def show_code(self, origin: str, code: str) -> None:
        """Show the pairing code and which page wants it."""

    def pin(self, question: Question, state: PinState) -> str | None:
        """Show what will be signed and return the PIN; None when the person gives up.

        With `state.last` the person must confirm first that another wrong PIN locks the token.
        """

    def tell(self, sentence: str) -> None:
        """Show one line."""


@dataclass(frozen=True)
class Question:
    """What the person must know before typing the PIN."""

    origin: str
    subject: str
    token: str
    body: str
    documents: tuple[Document, ...]


@dataclass
class Job:
    """One request on its way. `state`: waiting (for the PIN), signing, done, or failed with a `code`."""

    identity: str
    origin: str
    request: SignRequest
    asked_at: float
    state: str = "waiting"
    code: str = ""
    results: list[dict[str, str]] = field(default_factory=list)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def values(self) -> dict[str, Any]:
        """Return what the page may know."""
        total = len(self.request.documents)
        return {"job": self.identity, "state": self.state, "code": self.code, "total": total, "results": self.results}

    @property
    def running(self) -> bool:
        return self.state in ("waiting", "signing")


class Desk:
    """All work with tokens, in one thread: few drivers bear two."""

    def __init__(
        self, tokens: Tokens, asker: Asker, journal: Journal, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tokens, self._asker, self._journal, self._clock = tokens, asker, journal, clock
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="tokens")
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def certificates(self) -> list[Certificate]:
        """Return what is on the tokens. Raises Trouble as `Tokens.certificates`, Refusal("busy")."""
        with self._lock:
            self._free()
        try:
            return self._worker.submit(self._tokens.certificates).result(PATIENCE)
        except TooLong as late:
            raise Refusal("busy", 409) from late

    def start(self, origin: str, request: SignRequest) -> Job:
        """Begin to sign; the answer comes through `job`. Raises Refusal("busy") while another job runs."""
        with self._lock:
            now = self._clock()
            self._jobs = {one: job for one, job in self._jobs.items() if job.running or job.asked_at > now - KEPT}
            self._free()
            job = Job(secrets.token_hex(16), origin, request, now)
            self._jobs[job.identity] = job
        self._worker.submit(self._run, job)
        return job

    def job(self, origin: str, identity: str) -> Job:
        """Return the job that this page began. Raises Refusal("no_job")."""
        job = self._jobs.get(identity)
        if job is None or job.origin != origin:
            raise Refusal("no_job", 404)
        job.asked_at = self._clock()
        return job

    def cancel(self, origin: str, identity: str) -> Job:
        """Stop before the next digest. What is signed already stays signed. Raises Refusal("no_job")."""
        job = self.job(origin, identity)
        job.cancelled.set()
        return job

    def close(self) -> None:
        """End after the digest in hand."""
        for job in self._jobs.values():
            job.cancelled.set()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _free(self) -> None:
        if any(job.running for job in self._jobs.values()):
            raise Refusal("busy", 409)

    def _run(self, job: Job) -> None:
        code = "fault"
        try:
            code = self._outcome(job)
        finally:
            job.code, job.state = code, "failed" if code else "done"

    def _outcome(self, job: Job) -> str:
        """Sign and return why it stopped, "" when it went to its end."""
        try:
            try:
                self._sign(job)
            except Trouble as trouble:
                signed, total = len(job.results), len(job.request.documents)
                self._note(job, "stopped", reason=trouble.code, count=str(signed))
                self._asker.tell(f"Dừng sau {signed} trên {total} văn bản ({trouble.code}).")
                return trouble.code
        except OSError:  # the log cannot be written: nothing more may be signed
            return "no_log"
        return ""

    def _sign(self, job: Job) -> None:
        certificate = next(
            (one for one in self._tokens.certificates() if one.identity == job.request.certificate), None
        )
        if certificate is None:
            raise Trouble("no_certificate")
        documents = job.request.documents
        question = Question(job.origin, certificate.subject, certificate.token, job.request.body, documents)

        def ask(state: PinState) -> str | None:
            pin = None if job.cancelled.is_set() else self._asker.pin(question, state)
            return None if job.cancelled.is_set() else pin

        self._note(job, "asked", count=str(len(documents)), text=job.request.body)
        with self._tokens.opened(certificate.identity, ask) as sign:
            job.state = "signing"
            for document in documents:
                if job.cancelled.is_set() or self._clock() - job.asked_at > ABANDONED:
                    raise Trouble("cancelled")
                self._sign_one(job, document, sign)
        signed = sum("signature" in result for result in job.results)
        self._asker.tell(f"Đã ký {signed} trên {len(documents)} văn bản.")

    def _sign_one(self, job: Job, document: Document, sign: Sign) -> None:
        """Sign one digest; what the token refuses about this one alone does not stop the others."""
        facts = {"algorithm": document.algorithm, "digest": document.digest.hex(), "text": document.text}
        try:
            signature = sign(document.algorithm, document.digest)
        except Trouble as trouble:
            if trouble.code != "not_signed":
                raise
            self._note(job, "refused", **facts)
            job.results.append({"id": document.identity, "error": trouble.code})
            return
        self._note(job, "signed", **facts)
        job.results.append({"id": document.identity, "signature": base64.b64encode(signature).decode()})

    def _note(self, job: Job, event: str, **facts: str) -> None:
        self._journal.note(event, job.origin, certificate=job.request.certificate, **facts)
