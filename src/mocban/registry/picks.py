"""Issuers and recipients between a form and the directory: what was picked, or typed so that only one can be meant."""

from __future__ import annotations

from datetime import date

from mocban.lib.text import clean_line, fold
from mocban.people.directory import agency_by_code, agency_named
from mocban.people.models import Agency


def issuer(name: str, code: str, *, on: date) -> tuple[str, str]:
    """Return name and code of the issuer that a form means.

    A picked code counts while the name beside it is still that agency's; a code that the directory does not know is
    kept as it came (from a packet, from a program). A typed code becomes the name, a whole name brings its code.
    """
    picked = agency_by_code(code, on=on) if code else None
    if code and picked is None:
        return name, code
    if picked and _is_called(picked, name):
        return name, code
    named = agency_named(name, on=on)
    if named is None:
        return name, ""
    return (name if _is_called(named, name) else named.name), named.code


def recipients(lines: str, *, on: date) -> list[tuple[str, str]]:
    """Return (name, code) of each line "name | code" or "name"; a line that no one agency bears has no code."""
    found: list[tuple[str, str]] = []
    for line in filter(None, map(clean_line, lines.splitlines())):
        name, _bar, code = (part.strip() for part in line.rpartition("|")) if "|" in line else (line, "", "")
        found.append(issuer(name or code, code, on=on))
    return list(dict.fromkeys(found))


def _is_called(agency: Agency, name: str) -> bool:
    return fold(clean_line(name)) in (fold(agency.name), fold(agency.short_name))
