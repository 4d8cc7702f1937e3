"""Packages on the real database and disk."""

from __future__ import annotations

import os
import stat

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from mocban.audit.models import Event
from mocban.audit.selectors import history
from mocban.content.models import DigitalObject
from mocban.lib.errors import RuleBroken
from mocban.lib.hashing import sha256_hex
from mocban.notices.models import Notice
from mocban.preservation import services, storage
from mocban.preservation.choices import PackageState
from mocban.preservation.models import Package

from .conftest import DAY, PDF, contents

pytestmark = pytest.mark.django_db


def damage(built: Package, data: bytes | None = None) -> None:
    """Change a package on disk as a failing disk or an intruder would."""
    path = storage.path_of(built.file_name)
    path.chmod(0o640)
    whole = path.read_bytes()
    middle = whole.index(b"%PDF")
    path.write_bytes(whole[:middle] + b"%PDX" + whole[middle + 4 :] if data is None else data)


def check(body, built: Package) -> Package:
    return services.check_package(package=built, actor=body.archivist, on=DAY)


def test_a_package_is_written_once_read_only_with_its_digest(body):
    built = body.build()
    path = storage.path_of(built.file_name)
    assert built.sha256 == sha256_hex(path.read_bytes())
    assert built.size == path.stat().st_size
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    assert built.state == PackageState.BUILT
    assert (built.source_type, built.source_id) == ("people.unit", body.unit.pk)
    assert Package.objects.visible_to(body.archivist).filter(pk=built.pk).exists()
    assert not Package.objects.visible_to(body.officer).exists()


def test_the_history_of_what_it_preserves_tells_of_it(body):
    built = body.build()
    [told] = [entry for entry in history(body.unit) if entry.verb == "package.built"]
    assert built.sha256 in told.sentence


def test_a_sound_package_is_found_sound(body):
    checked = check(body, body.build())
    assert (checked.state, checked.findings) == (PackageState.SOUND, [])
    assert checked.checked_at
    assert Event.objects.filter(verb="package.found_sound").count() == 1


@pytest.mark.parametrize("data", [None, b"", b"not a zip"])
def test_a_changed_package_is_found_damaged_and_told(body, data):
    built = check(body, body.build())
    damage(built, data)
    checked = check(body, built)
    assert checked.state == PackageState.DAMAGED
    assert "changed_whole" in {row["code"] for row in checked.findings}
    assert Notice.objects.filter(kind="package_damaged").count() == 1


def test_a_lost_package_is_found_damaged(body):
    built = body.build()
    storage.path_of(built.file_name).unlink()
    assert [row["code"] for row in check(body, built).findings] == ["missing"]


def test_a_repaired_package_is_sound_again(body):
    built = body.build()
    whole = storage.path_of(built.file_name).read_bytes()
    damage(built)
    assert check(body, built).state == PackageState.DAMAGED
    storage.path_of(built.file_name).write_bytes(whole)
    assert check(body, built).state == PackageState.SOUND


def test_only_the_archivist_builds_checks_and_takes_out(body):
    built = body.build()
    for forbidden in (
        lambda: services.build_for_file(
            contents=contents(), organisation=body.organisation, source=body.unit, actor=body.officer, on=DAY
        ),
        lambda: services.check_package(package=built, actor=body.officer, on=DAY),
        lambda: services.take_out(package=built, actor=body.officer),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()


def test_a_refused_building_leaves_neither_row_nor_file(body):
    with pytest.raises(RuleBroken):
        body.build(documents=())
    assert not Package.objects.exists()
    assert [path for path in storage.root().rglob("*") if path.is_file()] == []


def test_the_night_takes_those_never_checked_first(body):
    first, second = body.build(), body.build()
    check(body, first)
    assert services.check_oldest(limit=1, on=DAY) == 1
    second.refresh_from_db()
    assert second.state == PackageState.SOUND


def test_what_a_rollback_left_is_swept_once_old(body, tmp_path):
    kept = body.build()
    with transaction.atomic():
        lost = body.build()
        transaction.set_rollback(True)
    left = storage.path_of(lost.file_name)
    assert services.sweep() == 0
    for path in (left, storage.path_of(kept.file_name)):
        os.utime(path, (0, 0))
    assert services.sweep() == 1
    assert not left.exists()
    assert storage.path_of(kept.file_name).exists()


def test_a_damaged_or_lost_package_is_not_handed_out(body):
    built = check(body, body.build())
    assert services.take_out(package=built, actor=body.archivist).is_file()
    damage(built)
    with pytest.raises(RuleBroken) as refused:
        services.take_out(package=check(body, built), actor=body.archivist)
    assert refused.value.code == "package.damaged"
    storage.path_of(built.file_name).unlink()
    with pytest.raises(RuleBroken) as refused:
        services.take_out(package=built, actor=body.archivist)
    assert refused.value.code == "package.lost"


@pytest.mark.parametrize("name", ["../outside.zip", "/etc/passwd", "aa/../../x"])
def test_a_name_never_leads_out_of_the_store(name):
    with pytest.raises(ValueError, match="not below"):
        storage.path_of(name)


class TestIncidents:
    @pytest.fixture
    def secret(self, body) -> DigitalObject:
        """The row of the file that the package holds, found secret only now."""
        return self.stored(body, sha256_hex(PDF))

    def stored(self, body, sha256: str) -> DigitalObject:
        return DigitalObject.objects.create(
            organisation=body.organisation,
            sha256=sha256,
            size=len(PDF),
            media_type="application/pdf",
            name="kl.pdf",
            stored_at=timezone.now(),
            stored_by_name="",
        )

    def test_a_package_with_a_secret_is_frozen_then_erased(self, body, secret):
        built = body.build()
        services.freeze_ids([secret.pk], actor=body.officer)
        built.refresh_from_db()
        assert built.state == PackageState.FROZEN
        for closed in (
            lambda: services.take_out(package=built, actor=body.archivist),
            lambda: services.check_package(package=built, actor=body.archivist, on=DAY),
        ):
            with pytest.raises(RuleBroken) as refused:
                closed()
            assert refused.value.code == "package.frozen"
        assert services.check_oldest(limit=10, on=DAY) == 0
        with pytest.raises(PermissionDenied):
            services.erase_ids([secret.pk], actor=body.officer)
        services.erase_ids([secret.pk], actor=body.archivist)
        built.refresh_from_db()
        assert built.state == PackageState.ERASED
        assert not storage.path_of(built.file_name).exists()

    def test_nothing_is_erased_that_was_not_frozen(self, body, secret):
        built = body.build()
        with pytest.raises(RuleBroken) as refused:
            services.erase_ids([secret.pk], actor=body.archivist)
        assert refused.value.code == "package.wrong_state"
        assert storage.path_of(built.file_name).exists()

    def test_packages_without_that_file_stay_open(self, body):
        other = self.stored(body, "0" * 64)
        built = body.build()
        services.freeze_ids([other.pk], actor=body.officer)
        built.refresh_from_db()
        assert built.state == PackageState.BUILT
