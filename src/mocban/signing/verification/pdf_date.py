"""The date that a PDF signature dictionary states: the clock of the signer's own machine, covered by the signature."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_DATE = re.compile(
    r"\A(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)(?:00'?(?:00'?)?)?|([+-])(\d\d)'?(?:(\d\d)'?)?)?\Z"
)


def read(text: str) -> datetime | None:
    """Return the moment of a PDF date (ISO 32000-1, 7.9.4), None for anything else; without a zone it is UTC."""
    found = _DATE.match(text.strip())
    if not found:
        return None
    year, month, day, hour, minute, second, _utc, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        zone = timezone(-offset if sign == "-" else offset) if sign else UTC
        return datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=zone
        )
    except ValueError:
        return None
