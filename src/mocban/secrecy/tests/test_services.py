"""A secret leaves an incident and nothing else; what was stored is frozen at once and erased by two persons."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from mocban.audit.models import Event
from mocban.lib.errors import RuleBroken
from mocban.lib.ids import new_id
from mocban.notices.models import Notice
from mocban.people.choices import Role
from mocban.secrecy import services
from mocban.secrecy.choices import Channel, Found, IncidentState, Level
from mocban.secrecy.models import Incident

from . import people

DIGEST = "ab" * 32
MINUTES = "Xóa vì tệp có dấu MẬT; ghi đè, hai người chứng kiến tại phòng máy."
calls: list[tuple[str, list]] = []


def freezer(object_ids, *, actor):
    calls.append(("freeze", list(object_ids)))


def eraser(object_ids, *, actor):
    calls.append(("erase", list(object_ids)))


def failing(object_ids, *, actor):
    raise RuleBroken("content.still_shared", "còn dùng")


@pytest.fixture(autouse=True)
def _holders(settings, tmp_path):
    settings.DATA = tmp_path
    settings.SECRECY_FREEZERS = [f"{__name__}.freezer"]
    settings.SECRECY_ERASERS = [f"{__name__}.eraser"]
    calls.clear()


@pytest.fixture
def body(db):
    return people.organisation()


@pytest.fixture
def clerk(body):
    return people.actor(body, Role.CLERK)


@pytest.fixture
def admin(body):
    return people.actor(body, Role.ADMINISTRATOR, login="quan-tri", name="Trần Văn Bình")


@pytest.fixture
def archivist(body):
    return people.actor(body, Role.ARCHIVIST, login="luu-tru", name="Phạm Thị Lan")


def refuse(body, clerk, **changes):
    given = {"declared_level": "", "text": "TỐI MẬT\nSố 5-BC/TU", "sha256": DIGEST, "channel": Channel.UPLOAD}
    services.refuse_if_secret(
        **{**given, "sender": "Tỉnh ủy Lam Sơn", "packet_id": "goi-7", **changes}, actor=clerk, organisation=body
    )


def report(body, clerk, ids):
    return services.report_after_storing(
        objects=dict.fromkeys(ids, DIGEST),
        level=Level.SECRET,
        channel=Channel.CAPTURE,
        actor=clerk,
        organisation=body,
    )


def test_an_open_document_passes_and_leaves_no_trace(body, clerk):
    refuse(body, clerk, text="Số 5-BC/TU\nBáo cáo về bảo vệ bí mật nhà nước")
    assert not Incident.objects.exists()
    assert not Event.objects.exists()


def test_a_marked_document_is_refused_with_the_article(body, clerk):
    with pytest.raises(services.SecretRefused) as caught:
        refuse(body, clerk)
    assert caught.value.code == "secrecy.refused"
    assert "Tối mật" in str(caught.value.message)
    assert "117/2025" in caught.value.citation


@pytest.mark.parametrize(("declared", "level"), [("Mật", Level.SECRET), ("A", Level.ABSOLUTE_SECRET)])
def test_a_declared_level_is_refused_without_any_mark(body, clerk, declared, level):
    with pytest.raises(services.SecretRefused):
        refuse(body, clerk, declared_level=declared, text="")
    assert Incident.objects.get().level == level


def test_the_higher_of_declared_and_marked_level_is_kept(body, clerk):
    with pytest.raises(services.SecretRefused):
        refuse(body, clerk, declared_level="Mật", text="TUYỆT MẬT")
    assert Incident.objects.get().level == Level.ABSOLUTE_SECRET


def test_the_incident_tells_who_when_and_how_but_nothing_of_the_document(body, clerk, admin):
    with pytest.raises(services.SecretRefused):
        refuse(body, clerk, text="MẬT\nTrích yếu rất kín")
    incident = Incident.objects.get()
    assert (incident.sha256, incident.channel, incident.sender) == (DIGEST, Channel.UPLOAD, "Tỉnh ủy Lam Sơn")
    assert (incident.acted_by_name, incident.found) == (clerk.person_name, Found.BEFORE_STORING)
    kept = json.dumps(
        [list(rows.values()) for rows in (Incident.objects, Event.objects, Notice.objects)],
        default=str,
        ensure_ascii=False,
    )
    assert "rất kín" not in kept
    assert "Trích yếu" not in kept


def test_the_security_desk_is_told_and_sees_the_incident_others_do_not(body, clerk, admin):
    with pytest.raises(services.SecretRefused):
        refuse(body, clerk)
    assert list(Notice.objects.values_list("position_id", flat=True)) == [admin.position_id]
    assert Incident.objects.visible_to(admin).count() == 1
    assert Incident.objects.visible_to(clerk).count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_incident_survives_whatever_the_caller_rolls_back(transactional_db):
    body = people.organisation()
    clerk = people.actor(body, Role.CLERK)
    with pytest.raises(services.SecretRefused):
        refuse(body, clerk)
    with transaction.atomic():
        transaction.set_rollback(True)
    assert Incident.objects.count() == 1
    assert Event.objects.get().verb == "secrecy.refused"


@pytest.mark.parametrize("text", ["MẬT", "văn bản thường"])
def test_a_caller_inside_a_transaction_fails_at_once_secret_or_not(body, clerk, text):
    with pytest.raises(RuntimeError), transaction.atomic():
        refuse(body, clerk, text=text)


def test_reporting_freezes_everywhere_and_only_once(body, clerk):
    ids = [new_id()]
    incident = report(body, clerk, ids)
    assert report(body, clerk, ids) == incident
    assert calls == [("freeze", ids)]
    assert (incident.state, incident.found) == (IncidentState.FROZEN, Found.AFTER_STORING)


def test_a_stranger_does_not_report(body):
    stranger = people.actor(people.organisation("H99.02"), Role.CLERK, login="khach")
    with pytest.raises(PermissionDenied):
        report(body, stranger, [new_id()])
    assert calls == []


def test_two_different_persons_erase(body, clerk, admin, archivist):
    ids = [new_id()]
    incident = report(body, clerk, ids)
    first = services.confirm_erasure(incident=incident, minutes=MINUTES, actor=admin)
    assert first.state == IncidentState.FROZEN
    assert calls == [("freeze", ids)]
    erased = services.confirm_erasure(incident=incident, actor=archivist)
    assert calls[-1] == ("erase", ids)
    assert (erased.state, erased.minutes) == (IncidentState.ERASED, MINUTES)
    assert erased.first_eraser_name.startswith("Trần Văn Bình")
    assert erased.second_eraser_name.startswith("Phạm Thị Lan")


def test_the_same_person_does_not_count_twice(body, clerk, admin):
    incident = report(body, clerk, [new_id()])
    services.confirm_erasure(incident=incident, minutes=MINUTES, actor=admin)
    with pytest.raises(RuleBroken) as caught:
        services.confirm_erasure(incident=incident, actor=admin)
    assert caught.value.code == "secrecy.same_person"
    assert calls[-1][0] == "freeze"


def test_the_database_itself_refuses_one_eraser(body, clerk, admin):
    incident = report(body, clerk, [new_id()])
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(
            state=IncidentState.ERASED, first_eraser_id=admin.person_id, second_eraser_id=admin.person_id
        )


@pytest.mark.parametrize("minutes", ["", "xong"])
def test_erasing_wants_minutes(body, clerk, admin, minutes):
    incident = report(body, clerk, [new_id()])
    with pytest.raises(RuleBroken) as caught:
        services.confirm_erasure(incident=incident, minutes=minutes, actor=admin)
    assert caught.value.code == "secrecy.no_minutes"


def test_a_clerk_does_not_erase(body, clerk):
    incident = report(body, clerk, [new_id()])
    with pytest.raises(PermissionDenied):
        services.confirm_erasure(incident=incident, minutes=MINUTES, actor=clerk)


def test_what_was_never_stored_is_not_erased(body, clerk, admin):
    with pytest.raises(services.SecretRefused):
        refuse(body, clerk)
    with pytest.raises(RuleBroken) as caught:
        services.confirm_erasure(incident=Incident.objects.get(), minutes=MINUTES, actor=admin)
    assert caught.value.code == "secrecy.wrong_state"


def test_a_refusing_eraser_leaves_the_incident_frozen(body, clerk, admin, archivist, settings):
    incident = report(body, clerk, [new_id()])
    services.confirm_erasure(incident=incident, minutes=MINUTES, actor=admin)
    settings.SECRECY_ERASERS = [f"{__name__}.failing"]
    with pytest.raises(RuleBroken):
        services.confirm_erasure(incident=incident, actor=archivist)
    incident.refresh_from_db()
    assert incident.state == IncidentState.FROZEN


def test_backups_that_hold_the_bytes_are_listed(body, clerk, admin, tmp_path):
    (tmp_path / "holds").write_text(f"{DIGEST}  content\n", encoding="ascii")
    (tmp_path / "clean").write_text("cd" * 32 + "\n", encoding="ascii")
    lines = [
        {"path": "/sao/thu-hai", "made_at": "2026-11-02T02:00:00Z", "sha256s_file": str(tmp_path / "holds")},
        {"path": "/sao/thu-ba", "made_at": "2026-11-03T02:00:00Z", "sha256s_file": str(tmp_path / "clean")},
        {"path": "/sao/thu-tu", "made_at": "2026-11-04T02:00:00Z", "sha256s_file": str(tmp_path / "gone")},
    ]
    written = "\n".join(json.dumps(line) for line in lines) + "\nnot json\n"
    (tmp_path / "backups.jsonl").write_text(written, encoding="utf-8")
    incident = report(body, clerk, [new_id()])
    confirmed = services.confirm_erasure(incident=incident, minutes=MINUTES, actor=admin)
    assert [(copy["path"], copy["certain"]) for copy in confirmed.backups] == [
        ("/sao/thu-hai", True),
        ("/sao/thu-tu", False),
        ("?", False),
    ]
