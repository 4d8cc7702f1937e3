"""What an older engine judged is judged again after an upgrade: the oldest first, some files a night."""

from __future__ import annotations

from typing import Any

import pytest

from mocban.content.models import DigitalObject
from mocban.people.choices import Role
from mocban.signing import report_selectors, selectors
from mocban.signing.choices import Verdict
from mocban.signing.models import Verification
from mocban.signing.services import reverifying, verify
from mocban.signing.services.verifying import note_unsigned
from mocban.signing.tests import made, office, signed
from mocban.signing.tests.pki import pki
from mocban.signing.verification.findings import ENGINE

pytestmark = pytest.mark.django_db


class Archive:
    """A body whose signed files an older engine judged, and the jobs that are queued meanwhile."""

    def __init__(self) -> None:
        self.body = office.organisation()
        self.clerk = office.actor(self.body, Role.CLERK, login="van-thu")
        self.queued: list[dict[str, int]] = []

    def stored(self, data: bytes) -> DigitalObject:
        return office.stored(self.body, data, self.clerk)

    def judged(self, *files: bytes) -> list[Verification]:
        rows = [verify(stored=self.stored(data), actor=self.clerk) for data in files]
        Verification.objects.update(engine=ENGINE - 1)
        return rows

    def night(self, most: int) -> None:
        """Run what one night begins to its end."""
        reverifying.reverify_outdated_soon(most)
        while self.queued:
            reverifying.reverify_outdated(**self.queued.pop())


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Archive:
    settings.CONTENT_ROOT, settings.KEYS_ROOT = tmp_path / "content", tmp_path / "keys"
    found = Archive()
    monkeypatch.setattr(reverifying, "BATCH", 1)
    monkeypatch.setattr(reverifying.reverify_outdated, "defer", lambda **given: found.queued.append(given))
    return found


def again(rows: list[Verification]) -> list[bool]:
    """Whether each was judged again."""
    return [selectors.last_verification(row.object_id) != row for row in rows]


def test_each_night_takes_its_share_of_the_oldest(archive: Archive) -> None:
    rows = archive.judged(*[signed.pdf(pki())] * 3)
    archive.night(2)
    assert again(rows) == [True, True, False]
    archive.night(2)
    assert again(rows) == [True] * 3
    assert not selectors.outdated().exists()


def test_what_was_called_invalid_is_judged_again_and_the_history_says_why(archive: Archive) -> None:
    broken = signed.pdf(pki()).replace(b"/Producer", b"/producer", 1)
    [row] = archive.judged(broken)
    assert row.verdict == Verdict.INVALID
    row.refresh_from_db()
    assert row.outdated
    archive.night(1)
    [latest, _before] = report_selectors.history(row.object_id)
    assert (latest.cause, latest.row.engine, latest.row.outdated) == ("Bộ kiểm tra mới", ENGINE, False)
    assert latest.changes == ("Bộ kiểm tra chữ ký đã được nâng cấp giữa hai lần.",)


def test_a_plain_file_is_left_alone(archive: Archive) -> None:
    row = note_unsigned(archive.stored(made.plain()))
    Verification.objects.update(engine=ENGINE - 1)
    row.refresh_from_db()
    archive.night(1)
    assert (again([row]), row.outdated) == ([False], False)


def test_a_file_that_cannot_be_judged_stops_nobody_behind_it(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = archive.judged(*[signed.pdf(pki())] * 3)

    def breaks_at_the_first(**given: Any) -> Verification:
        if given["stored"].pk == rows[0].object_id:
            raise ZeroDivisionError
        return verify(**given)

    monkeypatch.setattr(reverifying, "verify", breaks_at_the_first)
    archive.night(10)
    assert again(rows) == [False, True, True]
