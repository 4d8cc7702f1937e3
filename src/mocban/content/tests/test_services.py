"""Objects are written once, frozen at once, and erased for good."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from mocban.audit.models import Event
from mocban.content import blobs, services
from mocban.content.choices import ObjectState, RenditionKind
from mocban.content.examine import examine
from mocban.content.models import DigitalObject
from mocban.lib.errors import RuleBroken
from mocban.people.choices import Role
from mocban.secrecy.tests import people

from . import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.CONTENT_ROOT = tmp_path


@pytest.fixture
def body():
    return people.organisation()


@pytest.fixture
def clerk(body):
    return people.actor(body, Role.CLERK)


@pytest.fixture
def keeper(body):
    return people.actor(body, Role.ARCHIVIST, login="luu-tru")


def keep(body, clerk, data=b"noi dung", name="a.txt"):
    return services.store(examined=examine(data, name), data=data, organisation=body, actor=clerk)


def test_what_is_stored_is_read_back_whole(body, clerk):
    stored = keep(body, clerk)
    assert services.read_bytes(stored) == b"noi dung"
    assert (stored.state, stored.stored_by_name) == (ObjectState.STORED, clerk.person_name)
    assert Event.objects.filter(verb="content.stored").count() == 1


def test_equal_bytes_share_one_blob_and_have_a_row_each(body, clerk):
    first, second = keep(body, clerk), keep(body, clerk, name="b.txt")
    assert first.pk != second.pk
    assert len(list(blobs.path_of(first.sha256).parent.iterdir())) == 1


def test_nothing_unfinished_remains_on_the_disk(body, clerk, settings):
    keep(body, clerk)
    assert list((settings.CONTENT_ROOT / "unfinished").iterdir()) == []


def test_a_stranger_to_the_organisation_may_not_store(body):
    stranger = people.actor(people.organisation("H99.02"), Role.CLERK, login="khach")
    with pytest.raises(PermissionDenied):
        keep(body, stranger)
    assert not DigitalObject.objects.exists()


def test_damage_on_the_disk_is_noticed_when_read(body, clerk):
    stored = keep(body, clerk)
    path = blobs.path_of(stored.sha256)
    os.chmod(path, 0o600)
    path.write_bytes(b"da hong")
    with pytest.raises(RuleBroken) as caught:
        services.read_bytes(stored)
    assert caught.value.code == "content.lost"


def test_storing_good_bytes_again_heals_a_damaged_blob(body, clerk):
    stored = keep(body, clerk)
    path = blobs.path_of(stored.sha256)
    os.chmod(path, 0o600)
    path.write_bytes(b"da hong")
    keep(body, clerk)
    assert services.read_bytes(stored) == b"noi dung"


def test_a_frozen_object_and_its_rendition_cannot_be_read(body, clerk):
    stored = keep(body, clerk)
    made = render(stored, clerk)
    services.freeze(stored, actor=clerk)
    for frozen in (stored, made):
        with pytest.raises(RuleBroken) as caught:
            services.read_bytes(frozen)
        assert caught.value.code == "content.frozen"


def test_freezing_twice_changes_nothing(body, clerk):
    stored = keep(body, clerk)
    services.freeze(stored, actor=clerk)
    services.freeze(stored, actor=clerk)
    assert Event.objects.filter(verb="content.frozen").count() == 1


def test_one_rendition_of_each_kind_is_made_once(body, clerk):
    stored = keep(body, clerk)
    assert render(stored, clerk) == render(stored, clerk)
    assert services.rendition(stored, RenditionKind.PDF).media_type == "application/pdf"
    assert services.rendition(stored, RenditionKind.STAMPED) is None


def test_a_frozen_object_gets_no_rendition(body, clerk):
    stored = keep(body, clerk)
    services.freeze(stored, actor=clerk)
    with pytest.raises(RuleBroken):
        render(stored, clerk)


def test_erasing_removes_the_bytes_of_object_and_rendition(body, clerk, keeper):
    stored = keep(body, clerk)
    made = render(stored, clerk)
    services.freeze(stored, actor=clerk)
    assert services.erase(stored, actor=keeper) is True
    assert not blobs.path_of(stored.sha256).exists()
    assert not blobs.path_of(made.sha256).exists()
    assert stored.state == ObjectState.ERASED


def test_only_a_frozen_object_is_erased(body, clerk, keeper):
    stored = keep(body, clerk)
    with pytest.raises(RuleBroken) as caught:
        services.erase(stored, actor=keeper)
    assert caught.value.code == "content.wrong_state"
    assert services.read_bytes(stored) == b"noi dung"


def test_a_clerk_does_not_erase(body, clerk):
    stored = keep(body, clerk)
    services.freeze(stored, actor=clerk)
    with pytest.raises(PermissionDenied):
        services.erase(stored, actor=clerk)


def test_bytes_that_another_row_uses_stay_and_are_reported(body, clerk, keeper):
    stored, other = keep(body, clerk), keep(body, clerk)
    services.freeze(stored, actor=clerk)
    with pytest.raises(RuleBroken) as caught, transaction.atomic():
        services.erase_ids([stored.pk], actor=keeper)
    assert caught.value.code == "content.still_shared"
    assert services.read_bytes(other) == b"noi dung"


def test_sweeping_removes_what_has_no_row_and_is_old(body, clerk, settings):
    kept = keep(body, clerk)
    orphan = examine(b"rolled back", "x.txt")
    blobs.put(b"rolled back", orphan.sha256)
    (settings.CONTENT_ROOT / "unfinished").mkdir(exist_ok=True)
    (settings.CONTENT_ROOT / "unfinished" / "left").write_bytes(b"half")
    assert services.sweep() == 0
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert services.sweep() == 2
    assert not blobs.path_of(orphan.sha256).exists()
    assert services.read_bytes(kept) == b"noi dung"


def test_the_trail_never_prints_a_file_name(body, clerk):
    keep(body, clerk, name="ten tep mat.txt")
    assert "ten tep" not in Event.objects.get().label


def render(stored, clerk):
    return services.store_rendition(
        original=stored,
        kind=RenditionKind.PDF,
        data=factories.pdf(),
        name="a.pdf",
        media_type="application/pdf",
        actor=clerk,
    )
