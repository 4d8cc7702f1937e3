"""What a page may ask for, checked word by word: digests with the text of what they stand for, and nothing else."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

LENGTHS = {"sha256": 32, "sha384": 48, "sha512": 64}  # bytes of each digest
MOST_DOCUMENTS = 500
MOST_LETTERS = 300
HEX = re.compile(r"[0-9a-f]*")
IDENTITY = re.compile(r"[0-9A-Za-z-]{1,64}")
ORIGIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")


class Refusal(Exception):
    """A request that is not granted. `code` is what the page turns into a sentence; `status` is of HTTP."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass(frozen=True)
class Document:
    """One digest and what the person is told about it. `identity` only gives the answer back to its question."""

    identity: str
    algorithm: str
    digest: bytes
    text: str


@dataclass(frozen=True)
class SignRequest:
    """Digests to be signed with one key under one PIN. `certificate` is the SHA-256 of the certificate, `body` whose
    documents they are."""

    certificate: str
    body: str
    documents: tuple[Document, ...]


def sign_request(values: dict[str, Any]) -> SignRequest:
    """Return the request in `values`. Raises Refusal("not_a_digest" | "malformed" | "too_many_documents")."""
    _exactly(values, {"certificate", "body", "documents"})
    documents = values["documents"]
    if not isinstance(documents, list) or not documents:
        raise Refusal("malformed")
    if len(documents) > MOST_DOCUMENTS:
        raise Refusal("too_many_documents", 413)
    read = tuple(_document(one) for one in documents)
    if len({one.identity for one in read}) != len(read):
        raise Refusal("malformed")
    return SignRequest(_digest(values["certificate"], "sha256").hex(), _line(values["body"]), read)


def _document(values: Any) -> Document:
    _exactly(values, {"id", "algorithm", "digest", "text"})
    identity, algorithm = values["id"], values["algorithm"]
    if not isinstance(identity, str) or not IDENTITY.fullmatch(identity):
        raise Refusal("malformed")
    if not isinstance(algorithm, str) or algorithm not in LENGTHS:
        raise Refusal("not_a_digest")
    text = _line(values["text"])
    if not text:  # nobody signs what has no name
        raise Refusal("malformed")
    return Document(identity, algorithm, _digest(values["digest"], algorithm), text)


def _digest(value: Any, algorithm: str) -> bytes:
    if not isinstance(value, str) or len(value) != 2 * LENGTHS[algorithm] or not HEX.fullmatch(value):
        raise Refusal("not_a_digest")
    return bytes.fromhex(value)


def _line(value: Any) -> str:
    """One line for the eyes: no control or direction character may rewrite what the person reads on a console."""
    if not isinstance(value, str) or len(value) > MOST_LETTERS:
        raise Refusal("malformed")
    kept = (" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in value)
    return " ".join("".join(kept).split())


def _exactly(values: Any, names: set[str]) -> None:
    if not isinstance(values, dict) or set(values) != names:
        raise Refusal("malformed")


def only(values: Any, name: str) -> str:
    """Return the one short text that `values` holds under `name`. Raises Refusal("malformed")."""
    _exactly(values, {name})
    value = values[name]
    if not isinstance(value, str) or len(value) > MOST_LETTERS:
        raise Refusal("malformed")
    return value


def origin(value: str | None) -> str:
    """Return the origin of the page that asks. Raises Refusal("no_origin") for none, `null` or anything odd."""
    if value is None or not ORIGIN.fullmatch(value):
        raise Refusal("no_origin", 403)
    return value


def grouped(digest: bytes) -> str:
    """Return the digest in groups of four letters, as the page shows it too."""
    text = digest.hex()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))
