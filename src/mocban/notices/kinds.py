"""The kinds of notice and their sentences, declared in each app's events.py. An unknown kind is an error."""

from __future__ import annotations

import re
from typing import Any

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST = 60  # characters of Notice.kind
_sentences: dict[str, Any] = {}


class UnknownKind(LookupError):
    """The kind was never declared: a mistake in the program."""


class _Named(dict[str, object]):
    """Values of a sentence. An old notice may lack a value that today's sentence names: it prints a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def declare(kind: str, sentence: Any) -> str:
    """Make a kind known and return its name.

    `sentence` is a lazy translation with the placeholders %(object)s and keys of the notice's details.
    Raises ValueError for a malformed name or for one declared before.
    """
    if not _NAME.fullmatch(kind) or len(kind) > _LONGEST:
        raise ValueError(f"not a kind of notice: {kind!r}")
    if kind in _sentences:
        raise ValueError(f"declared twice: {kind!r}")
    _sentences[kind] = sentence
    return kind


def sentence(kind: str, values: dict[str, object]) -> str:
    """Return the sentence of `kind` in the active language. Raises UnknownKind."""
    return str(_template(kind)) % _Named(values)


def check(kind: str, values: dict[str, object]) -> None:
    """Raise UnknownKind for an undeclared kind, KeyError where the sentence names a value that is not given."""
    _ = str(_template(kind)) % values


def all_kinds() -> dict[str, Any]:
    """Return every declared kind with its sentence, in alphabetical order."""
    return dict(sorted(_sentences.items()))


def _template(kind: str) -> Any:
    try:
        return _sentences[kind]
    except KeyError:
        raise UnknownKind(kind) from None
