"""The index as a projection: it follows the feed, survives what dies in between, can be built anew."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from django.db import connection

from mocban.audit import listening
from mocban.audit import tasks as audit_tasks
from mocban.records.models import Document
from mocban.search import feed, selectors, services, tasks
from mocban.search import index as index_files
from mocban.search.models import Projection, Withheld

from . import world

PATIENCE = 10


@pytest.mark.django_db
def test_the_index_follows_the_feed_and_says_how_far_behind_it_is(index, office, reader):
    made = world.document(office, "Việc thứ nhất")
    assert index() == 1
    assert selectors.lag() == 0
    Document.objects.filter(pk=made.pk).update(subject="Việc đã đổi tên")
    world.touch(made, reader)
    assert selectors.search(reader, "nhất").total == 1
    assert index() == 1
    assert (selectors.search(reader, "nhất").total, selectors.search(reader, "đổi tên").total) == (0, 1)
    assert index() == 0


@pytest.mark.django_db
def test_an_object_without_a_row_leaves_the_index(index, office, reader, monkeypatch):
    made = world.document(office, "Việc thứ nhất")
    world.document(office, "Việc thứ hai")
    index()
    everything = world.rows
    monkeypatch.setattr(world, "rows", lambda ids: everything([one for one in ids if one != made.pk]))
    world.touch(made, reader)
    index()
    assert [hit.title for hit in selectors.search(reader, "việc").hits] == ["<mark>Việc</mark> thứ hai"]


@pytest.mark.django_db
def test_a_turn_that_dies_after_the_commit_is_done_again(index, office, reader, monkeypatch):
    made = world.document(office, "Việc thứ nhất")
    index()
    services.withhold(made)
    with monkeypatch.context() as patch:
        patch.setattr(feed, "_move_cursor", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            services.catch_up()
    assert selectors.search(reader, "việc").total == 0  # still withheld
    assert index() == 1
    assert selectors.search(reader, "việc").total == 1


@pytest.mark.django_db
def test_what_changes_while_a_turn_runs_stays_withheld_for_the_next(index, office, monkeypatch):
    made = world.document(office, "Việc thứ nhất")
    index()
    services.withhold(made)
    written = index_files.update

    def revoked_meanwhile(*arguments) -> None:
        written(*arguments)
        services.withhold(made)

    monkeypatch.setattr(index_files, "update", revoked_meanwhile)
    feed.step()
    assert Withheld.objects.count() == 1


@pytest.mark.django_db
def test_a_lost_index_is_built_anew_from_the_database(index, office, reader, settings):
    world.document(office, "Việc thứ nhất")
    index()
    (Path(settings.INDEX_ROOT) / "current.json").write_text("{broken")
    assert not selectors.search(reader, "việc").ready
    index()
    assert selectors.search(reader, "việc").total == 1
    assert len(list(Path(settings.INDEX_ROOT).glob("g-*"))) == 1


@pytest.mark.django_db
def test_an_index_ahead_of_a_database_that_was_set_back_is_built_anew(index, office, reader):
    made = world.document(office, "Việc thứ nhất")
    index()
    present = index_files.current()
    with index_files.exclusive():
        row = next(iter(world.rows([made.pk])))
        ghost = row.__class__(**{**row.__dict__, "object_id": office.pk})
        index_files.update(present, [], [ghost], present.position + 100)
    assert selectors.search(reader, "việc").total == 2
    index()
    assert selectors.search(reader, "việc").total == 1


@pytest.mark.django_db
def test_an_index_put_back_from_an_older_copy_reads_on_from_where_it_was(index, office, reader, settings, tmp_path):
    world.document(office, "Việc thứ nhất")
    index()
    shutil.copytree(settings.INDEX_ROOT, tmp_path / "copy")
    world.document(office, "Việc thứ hai")
    index()
    settings.INDEX_ROOT = tmp_path / "copy"
    assert selectors.search(reader, "việc").total == 1
    assert index() == 1
    assert selectors.search(reader, "việc").total == 2


@pytest.mark.django_db
def test_events_about_other_things_move_the_cursor_only(index, office, reader):
    world.document(office, "Việc thứ nhất")
    index()
    generation = index_files.current().generation
    world.touch(office, reader)
    assert index() == 1
    assert selectors.lag() == 0
    assert index_files.current() == index_files.Current(generation, 2, index_files.LAYOUT)
    assert selectors.search(reader, "việc").total == 1


@pytest.mark.django_db
def test_a_rebuild_leaves_nothing_deleted_on_disk(index, office, settings):
    made = world.document(office, "Việc", text="qzxwvkjqpy")
    index()
    assert b"qzxwvkjqpy" in on_disk(settings.INDEX_ROOT)
    Document.objects.filter(pk=made.pk).update(description="")
    tasks.rebuild()
    assert b"qzxwvkjqpy" not in on_disk(settings.INDEX_ROOT)
    assert Projection.objects.get().position == 1


@pytest.mark.django_db(transaction=True)
def test_a_committed_document_is_found_without_anybody_asking_for_it(index, settings, monkeypatch):
    monkeypatch.setattr(listening, "IDLE_SECONDS", PATIENCE * 2)  # only the notifications can be in time
    office = world.body()
    services.rebuild()
    taken_in, stop = threading.Event(), threading.Event()
    update = index_files.update

    def noticed(*arguments) -> None:
        update(*arguments)
        taken_in.set()

    monkeypatch.setattr(index_files, "update", noticed)
    loops = [threading.Thread(target=loop, args=(stop,)) for loop in (audit_tasks.positions_loop, tasks.feed_loop)]
    for loop in loops:
        loop.start()
    try:
        world.document(office, "Việc thứ nhất")
        assert taken_in.wait(PATIENCE)
    finally:
        stop.set()
        for loop in loops:
            loop.join(PATIENCE)
    assert selectors.search(world.actor(office, "clerk"), "việc").total == 1
    connection.close()


def on_disk(root: Path) -> bytes:
    return b"".join(file.read_bytes() for file in Path(root).rglob("*") if file.is_file())
