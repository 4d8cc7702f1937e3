"""The trail: what is recorded, what is refused, how the feed grows, how an alteration is found."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from mocban.audit import partitions, selectors, services, verbs
from mocban.audit.models import Event, FeedState, Position, ReadKind, ReadLog, Seal, Verification
from mocban.audit.testing import append_uncommitted

TRIED = verbs.declare("trial.tried", _("%(actor)s đã thử %(object)s lần %(time)s."))


@dataclass(frozen=True)
class Somebody:
    """An actor of another make than `people.Actor`: the trail must not care."""

    person_id: UUID
    person_name: str = "Nguyễn Thị Thử"
    position_id: UUID | None = None
    position_title: str = "Văn thư"
    organisation_id: UUID = UUID(int=7)
    organisation_name: str = "Cơ quan Thử nghiệm"


@pytest.fixture
def actor() -> Somebody:
    return Somebody(uuid4())


@pytest.fixture
def thing() -> ContentType:
    """Any row will do as an object of the trail."""
    return ContentType(pk=4711, app_label="trial", model="thing")


def record(actor, thing, time=1, **values) -> Event:
    with transaction.atomic():
        return services.record(actor, TRIED, thing, details={"time": time}, **values)


@pytest.mark.django_db
def test_an_event_freezes_who_did_what_to_what_and_by_which_rule(actor, thing):
    other = ContentType(pk=9, app_label="trial", model="other")
    with time_machine.travel(datetime(2026, 3, 1, 2, 0, tzinfo=UTC), tick=False):
        record(actor, thing, basis=["NĐ 30/2020, Điều 22"], changes={"model": ("cũ", None)}, about=[other, thing])
    event = Event.objects.get()
    assert (event.person_name, event.position_title, event.organisation_name) == (
        "Nguyễn Thị Thử",
        "Văn thư",
        "Cơ quan Thử nghiệm",
    )
    assert event.at == datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
    assert event.objects_touched == ["contenttypes.contenttype:4711", "contenttypes.contenttype:9"]
    (entry,) = selectors.history(other)
    assert entry.sentence == f"Nguyễn Thị Thử đã thử {thing} lần 1."
    assert entry.basis == ["NĐ 30/2020, Điều 22"]
    assert [(change.before, change.after) for change in entry.changes] == [("cũ", "–")]


@pytest.mark.django_db
def test_values_are_frozen_in_the_source_language_whatever_the_reader_chose(actor, thing):
    with translation.override("en"):
        event = record(actor, thing, time=_("không"))
    assert event.details == {"time": "không"}


@pytest.mark.django_db
def test_the_newest_event_of_a_history_stands_last(actor, thing):
    for time in (1, 2, 3):
        record(actor, thing, time)
    assert [entry.sentence[-2:] for entry in selectors.history(thing)] == ["1.", "2.", "3."]


@pytest.mark.django_db
def test_a_change_prints_dates_and_choices_as_the_reader_knows_them(actor):
    reading = ReadLog(id=1)
    changes = {"kind": ("viewed", "downloaded"), "at": (date(2026, 3, 1), None), "gone_field": (True, [1, 2])}
    record(actor, reading, changes=changes)
    printed = {change.label: (change.before, change.after) for change in selectors.history(reading)[0].changes}
    assert printed["kind"] == ("Đã xem", "Đã tải về")
    assert "2026" in printed["at"][0]
    assert printed["gone_field"] == ("có", "1, 2")


@pytest.mark.django_db
def test_an_undeclared_verb_or_a_missing_value_is_an_error(actor, thing):
    with pytest.raises(verbs.UnknownVerb), transaction.atomic():
        services.record(actor, "trial.unheard_of", thing)
    with pytest.raises(KeyError), transaction.atomic():
        services.record(actor, TRIED, thing)
    assert not Event.objects.exists()


def test_a_verb_is_declared_once_and_well_formed():
    with pytest.raises(ValueError, match="declared twice"):
        verbs.declare(TRIED, "again")
    for malformed in ("Trial.Tried", "tried", "trial.", "trial." + "x" * 60):
        with pytest.raises(ValueError, match="not a verb"):
            verbs.declare(malformed, "")
    assert TRIED in verbs.all_verbs()


def test_an_old_event_without_a_value_still_prints():
    assert verbs.sentence(TRIED, {"actor": "A", "object": "B"}) == "A đã thử B lần –."


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded(actor, thing):
    with pytest.raises(RuntimeError):
        services.record(actor, TRIED, thing, details={"time": 1})


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_event", "audit_position", "audit_seal", "audit_readlog"])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_the_database_itself_refuses_to_change_the_trail(actor, thing, table, statement):
    column = {"audit_event": "label", "audit_readlog": "label", "audit_seal": "root", "audit_position": "event_id"}
    record(actor, thing)
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column[table]))
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_positions_are_dense_although_a_rollback_left_a_hole_in_the_ids(actor, thing):
    first = record(actor, thing)
    with transaction.atomic():
        services.record(actor, TRIED, thing, details={"time": 2})
        transaction.set_rollback(True)
    third = record(actor, thing, 3)
    assert third.pk > first.pk + 1
    assert services.append_positions() == 2
    assert services.append_positions() == 0
    assert list(Position.objects.order_by("position").values_list("position", "event_id")) == [
        (1, first.pk),
        (2, third.pk),
    ]


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_is_neither_lost_nor_overtaken(actor, thing):
    written, finish = threading.Event(), threading.Event()
    late: list[int] = []

    def slow_writer() -> None:
        with transaction.atomic():
            late.append(services.record(actor, TRIED, thing, details={"time": 1}).pk)
            written.set()
            finish.wait(10)
        connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    assert written.wait(10)
    quick = record(actor, thing, 2)
    assert services.append_positions() == 0  # the quick one waits: an older transaction is still open
    finish.set()
    writer.join(10)
    assert services.append_positions() == 2
    assert list(Position.objects.order_by("position").values_list("event_id", flat=True)) == [late[0], quick.pk]


@pytest.mark.django_db(transaction=True)
def test_after_a_restore_into_a_new_cluster_waiting_events_still_get_positions(actor, thing):
    record(actor, thing)
    services.append_positions()
    record(actor, thing, 2)
    with transaction.atomic(), connection.cursor() as cursor:  # the old cluster had counted much further
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_event SET txid = '900000000000'")
        FeedState.objects.update(below=900000000001)
    assert services.append_positions() == 1
    record(actor, thing, 3)
    assert services.append_positions() == 1
    assert selectors.last_position() == 3


@pytest.mark.django_db
def test_projections_read_what_was_touched_after_their_cursor(actor):
    someone = uuid4()
    fake = type("Thing", (), {"_meta": type("Meta", (), {"label_lower": "trial.thing"}), "pk": someone})()
    for time in (1, 2, 3):
        record(actor, fake, time, about=[ContentType(pk=1)])
    assert append_uncommitted() == 3
    last, touched = selectors.touched_after(1, limit=1)
    assert (last, touched) == (2, {("trial.thing", someone)})
    assert selectors.touched_after(3, limit=10) == (3, set())


@pytest.mark.django_db
def test_sealing_covers_every_position_once(actor, thing, monkeypatch):
    monkeypatch.setattr("mocban.audit.seals.BATCH", 2)
    for time in range(5):
        record(actor, thing, time)
    append_uncommitted()
    assert services.seal_positions() == 3
    assert services.seal_positions() == 0
    assert list(Seal.objects.order_by("first").values_list("first", "last")) == [(1, 2), (3, 4), (5, 5)]
    assert services.verify_seals() == []
    state = selectors.state()
    assert (state.last, state.holes, state.waiting, state.sealed, state.seals) == (5, 0, 0, 5, 3)


ALTERATIONS = [
    ("UPDATE audit_event SET person_name = 'Kẻ Sửa' WHERE id = (SELECT event_id FROM audit_position WHERE position=2)",
     "Nội dung sự kiện từ vị trí 1 đến 2"),
    ("DELETE FROM audit_position WHERE position = 4", "Thiếu sự kiện trong các vị trí từ 3 đến 4"),
    ("DELETE FROM audit_seal WHERE first = 3", "Thiếu niêm phong từ vị trí 3 đến 4"),
    ("UPDATE audit_seal SET root = sha256('x') WHERE first = 3", "Niêm phong từ vị trí 3 đến 4 không nối"),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("alteration", "finding"), ALTERATIONS)
def test_an_alteration_behind_the_programs_back_is_found(actor, thing, monkeypatch, alteration, finding):
    monkeypatch.setattr("mocban.audit.seals.BATCH", 2)
    for time in range(6):
        record(actor, thing, time)
    append_uncommitted()
    services.seal_positions()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(alteration)
        cursor.execute("SET LOCAL session_replication_role = origin")
    found = services.verify_and_note()
    assert any(finding in sentence for sentence in found.findings)
    assert Verification.objects.get().last == 6


@pytest.mark.django_db
def test_the_log_of_reads_stands_in_the_partition_of_its_month(actor, thing):
    with time_machine.travel(datetime(2031, 5, 20, tzinfo=UTC), tick=False):
        services.read(actor, thing)
        assert partition() == "audit_readlog_default"
        assert services.prepare_partitions(date(2031, 5, 20)) == ["audit_readlog_2031_05", "audit_readlog_2031_06"]
        assert partition() == "audit_readlog_2031_05"
        assert services.prepare_partitions(date(2031, 5, 21)) == []
        services.read(actor, thing, "downloaded")
    assert [reading.kind for reading in selectors.reads(thing)] == ["Đã tải về", "Đã xem"]
    assert not Event.objects.exists()


def test_december_is_followed_by_january():
    assert partitions._next(date(2026, 12, 1)) == date(2027, 1, 1)


@pytest.mark.django_db
def test_an_unknown_way_of_reading_is_refused(actor, thing):
    with pytest.raises(ValueError):
        services.read(replace(actor), thing, "guessed")
    assert [kind.value for kind in ReadKind] == ["viewed", "downloaded"]
    assert not ReadLog.objects.exists()


def partition() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM audit_readlog")
        return cursor.fetchone()[0]
