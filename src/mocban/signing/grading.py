"""The grade at which an organisation signs: the level it wants, its authorities of time, the revocation data held."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from mocban.people.models import Organisation, Person
from mocban.people.selectors import in_force

from . import keys
from .choices import Level
from .models import TimeAuthority

if TYPE_CHECKING:
    from .adapters.times import Outcome, RankedTimes
    from .pdf.evidence import Evidence
    from .pdf.grades import Grade

# The libraries of signing are loaded on first use, see keys.py.


def grade_for(organisation: Organisation, *, on: date) -> Grade:
    """Return the grade at which `organisation` signs on the day `on`; B-B where no authority stamps the time.

    One grade serves a whole batch: it keeps connections open and what it fetched. Call `remember` afterwards.
    """
    from .pdf.grades import PLAIN, Grade

    level = str(in_force(organisation, "signature.level", on=on).value)
    stamper = stamper_for(organisation, on=on)
    if stamper is None or level == PLAIN.level:
        return PLAIN
    return Grade(level, stamper, evidence())


def grade_of_key(owner: Person | Organisation, organisation: Organisation, *, on: date) -> Grade:
    """Return the grade of a signature with the key of a person or of the organisation.

    The archive time stamp comes with the organisation's signature, the last one of a document.
    """
    grade = grade_for(organisation, on=on)
    return grade.at_most(Level.LONG_TERM) if isinstance(owner, Person) else grade


def stamper_for(organisation: Organisation, *, on: date) -> RankedTimes | None:
    """Return what asks the organisation's authorities in their order, or None when it has none in use."""
    asked = TimeAuthority.objects.filter(organisation=organisation, active=True)
    return _stamper(organisation, asked, on=on) if asked.exists() else None


def stamper_of(authority: TimeAuthority, *, on: date) -> RankedTimes:
    """Return what asks this one authority, whether it is in use or not."""
    return _stamper(authority.organisation, [authority], on=on)


def _stamper(organisation: Organisation, asked: Iterable[TimeAuthority], *, on: date) -> RankedTimes:
    from .adapters.times import Authority, RankedTimes

    seconds = int(in_force(organisation, "signature.clock_tolerance", on=on).value)
    authorities = [Authority(str(one.pk), one.name, one.url) for one in asked]
    return RankedTimes(authorities, tolerance=timedelta(seconds=seconds))


def evidence() -> Evidence:
    """Return where revocation data comes from: what was brought in as files, then the addresses in certificates."""
    from .adapters.web import Web
    from .pdf.evidence import Evidence

    trust = keys.trust(at=timezone.now())
    return Evidence(
        anchors=[one.certificate for one in trust.anchors],
        others=trust.others,
        crls=trust.crls,
        ocsps=trust.ocsps,
        web=Web(seconds=5, at_most=16 << 20),
    )


def remember(stamper: RankedTimes | None) -> None:
    """Keep which authorities answered and which did not, for the page that shows them.

    Outside the transaction of the signature where that can fail: a failure is worth remembering then above all.
    """
    if stamper is None:
        return
    last: dict[tuple[str, bool], Outcome] = {(one.authority.key, not one.reason): one for one in stamper.outcomes}
    for (key, good), outcome in last.items():
        row = TimeAuthority.objects.filter(pk=key)
        if good:
            row.update(answered_at=outcome.at)
        else:
            row.update(failed_at=outcome.at, failure=outcome.failure[:200])
    stamper.outcomes.clear()
