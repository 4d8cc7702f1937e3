"""The errors that a service raises on purpose, beside Django's PermissionDenied; and two that just happen."""

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


GONE = ("08", "57P")  # SQLSTATE: connection_exception; shut down, crashed, or not yet up


def database_gone(error: BaseException | None) -> bool:
    """Whether the database did not answer: stopped, restarting, or the line to it was cut.

    A step that was being committed just then may have been written or not: nobody knows before looking.
    """
    # By name: the driver is not there where the converter's child runs, and lib imports none.
    cause = getattr(error, "__cause__", None)
    kinds = {one.__name__ for one in type(cause).__mro__ if one.__module__.partition(".")[0] == "psycopg"}
    if "InterfaceError" in kinds:
        return True
    return "OperationalError" in kinds and (getattr(cause, "sqlstate", None) or "08").startswith(GONE)
