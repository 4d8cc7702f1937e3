"""The verbs that the trail knows. Each app declares its own in events.py; an unknown verb is an error."""

from __future__ import annotations

import re
from typing import Any

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_LONGEST = 60  # characters of Event.verb
_sentences: dict[str, Any] = {}


class UnknownVerb(LookupError):
    """The verb was never declared: a mistake in the program, not of the person at the desk."""


class _Named(dict[str, object]):
    """Values of a sentence. An old event may lack a value that today's sentence names: it prints a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def declare(verb: str, sentence: Any) -> str:
    """Make a verb known and return its name.

    `verb` is dotted and in the past tense ("incoming.registered"). `sentence` is a lazy translation with the named
    placeholders %(actor)s, %(object)s and keys of the event's details. Raises ValueError for a malformed name or for
    a name declared before.
    """
    if not _NAME.fullmatch(verb) or len(verb) > _LONGEST:
        raise ValueError(f"not a verb: {verb!r}")
    if verb in _sentences:
        raise ValueError(f"declared twice: {verb!r}")
    _sentences[verb] = sentence
    return verb


def sentence(verb: str, values: dict[str, object]) -> str:
    """Return the sentence of `verb` in the active language. Raises UnknownVerb."""
    return str(_template(verb)) % _Named(values)


def check(verb: str, values: dict[str, object]) -> None:
    """Raise UnknownVerb for an undeclared verb, KeyError where the sentence names a value that is not given."""
    _ = str(_template(verb)) % values


def all_verbs() -> dict[str, Any]:
    """Return every declared verb with its sentence, in alphabetical order."""
    return dict(sorted(_sentences.items()))


def _template(verb: str) -> Any:
    try:
        return _sentences[verb]
    except KeyError:
        raise UnknownVerb(verb) from None
