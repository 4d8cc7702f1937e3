"""What every printed form has: the head of its regime, its tables, the mark that it came from the system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from mocban import law
from mocban.people.models import Organisation


@dataclass(frozen=True)
class Section:
    """One table: headings, relative widths, cells as text; `centred` are the columns printed in the middle."""

    columns: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[str]]
    title: str = ""
    foot: str = ""
    centred: Sequence[int] = field(default_factory=tuple)


def form(
    organisation: Organisation,
    *,
    title: str,
    on: date,
    sections: Sequence[Section] = (),
    subtitles: Sequence[str] = (),
    wide: bool = False,
    signers: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the data of a form of that organisation on the day `on`. Raises law.NotCovered before the law data."""
    return head(organisation, on=on) | {
        "title": title,
        "subtitles": list(subtitles),
        "sections": [asdict(section) for section in sections],
        "wide": wide,
        "signers": list(signers),
    }


def head(organisation: Organisation, *, on: date) -> dict[str, Any]:
    """Return what stands on every paper of that organisation. Raises law.NotCovered before the law data."""
    lines = law.value("form.header", on=on, regime=organisation.regime).value
    return {
        "parent": organisation.parent_name,
        "issuer": organisation.name,
        "mark": lines["body_mark"],
        "header": list(lines["lines"]),
        # A print from the system shows that it is one (NĐ 30/2020, PL VI, I.III.6; law data "stamp.system_print_mark").
        "printed": _("In từ hệ thống %(name)s ngày %(day)s")
        % {"name": settings.INSTALLATION_NAME, "day": f"{on:%d/%m/%Y}"},
    }


def day(value: date | None) -> str:
    """Print a day, or nothing."""
    return f"{value:%d/%m/%Y}" if value else ""
