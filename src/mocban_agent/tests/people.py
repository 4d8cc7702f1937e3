"""What stands in for people and pages in the tests: a person who answers at once, a page that asks over HTTP."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mocban_agent.desk import Question
from mocban_agent.tokens import PinState

PAGE = "https://vanthu.anhoa.example"
OTHER = "https://la.example"
PATIENCE = 30.0  # seconds


@dataclass
class Person:
    """Sees the codes and questions, and types the given PINs one after the other, then none."""

    pins: Sequence[str | None] = ()
    codes: list[tuple[str, str]] = field(default_factory=list)
    questions: list[tuple[Question, PinState]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def show_code(self, origin: str, code: str) -> None:
        self.codes.append((origin, code))

    def pin(self, question: Question, state: PinState) -> str | None:
        self.questions.append((question, state))
        place = len(self.questions) - 1
        return self.pins[place] if place < len(self.pins) else None

    def tell(self, sentence: str) -> None:
        self.told.append(sentence)


@dataclass
class Page:
    """A page of some origin that talks to the program as a browser would."""

    port: int
    origin: str | None = PAGE
    token: str = ""
    host: str = ""

    def ask(self, path: str, values: Any = None, *, method: str = "", **headers: str) -> tuple[int, dict[str, Any]]:
        """Return status and answer. Bytes are sent as they are."""
        data = values if isinstance(values, bytes) or values is None else json.dumps(values).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method or None)
        sent = {"Content-Type": "application/json", **headers}
        if self.origin is not None:
            sent["Origin"] = self.origin
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if self.host:
            sent["Host"] = self.host
        for name, value in sent.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                self.headers = answer.headers
                return answer.status, json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as answer:
            self.headers = answer.headers
            return answer.code, json.loads(answer.read() or b"{}")

    def pair(self, code: str) -> None:
        status, answer = self.ask("/pair", {"code": code})
        assert status == 200, answer
        self.token = answer["token"]

    def signed(self, request: dict[str, Any]) -> dict[str, Any]:
        """The job after its end."""
        status, job = self.ask("/sign", request)
        assert status == 200, job
        return self.finished(job["job"])

    def finished(self, identity: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while True:
            status, job = self.ask("/job", {"job": identity})
            assert status == 200, job
            if job["state"] in ("done", "failed"):
                return job
            assert time.monotonic() < deadline
            time.sleep(0.01)


def digests(certificate: str, *digests: bytes, algorithm: str = "sha256") -> dict[str, Any]:
    """A well-formed request."""
    documents = [
        {"id": str(place), "algorithm": algorithm, "digest": digest.hex(), "text": f"Số {place}/SNV-VP: báo cáo"}
        for place, digest in enumerate(digests, start=1)
    ]
    return {"certificate": certificate, "body": "Sở Nội vụ", "documents": documents}
