"""The two errors that a service raises on purpose, beside Django's PermissionDenied, and the one two people cause."""

from __future__ import annotations


class RuleBroken(Exception):
    """A rule refuses the step.

    `code` is a dotted machine name, `message` one sentence for the person at the desk,
    `citation` the article that says so (empty when the rule is one of plain sense, not of law).
    """

    def __init__(self, code: str, message: object, citation: str = "") -> None:
        super().__init__(str(message))
        self.code = code
        self.message = message
        self.citation = citation


class Stale(Exception):
    """The object was changed by somebody else since the form was opened."""

    def __init__(self, message: object) -> None:
        super().__init__(str(message))
        self.message = message


COLLISIONS = frozenset({"23505", "40001", "40P01"})  # SQLSTATE: unique_violation, serialization_failure, deadlock


def collided(error: BaseException) -> bool:
    """Whether a database error means that two people did the same at the same moment, and this one came second."""
    return getattr(error.__cause__, "sqlstate", None) in COLLISIONS
