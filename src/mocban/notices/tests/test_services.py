"""Telling positions and noting what was read."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from mocban.notices import hooks, kinds, selectors, services
from mocban.notices.models import Notice
from mocban.people.actor import actor_of
from mocban.people.models import Organisation, Position

TOLD = kinds.declare("notice_trial", _("Bạn được giao: %(object)s, hạn %(due)s."))


def send(*positions, about, **more):
    return services.send(TOLD, to=positions, about=about, url="/registry/", details={"due": "01/3/2026"} | more)


def test_each_position_is_told_once_with_one_insert(office, clerk, leader, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert send(clerk, leader, clerk, about=office) == 2
    notice = Notice.objects.get(position=clerk)
    assert selectors.sentence(notice) == "Bạn được giao: Sở Thử nghiệm, hạn 01/3/2026."


def test_nobody_to_tell_is_no_error(office):
    assert send(about=office) == 0


def test_values_are_frozen_in_the_source_language(office, clerk):
    with translation.override("en"):
        send(clerk, about=office, due=_("không"))
    assert Notice.objects.get().details == {"due": "không"}


def test_words_found_secret_are_forgotten_in_their_own_body_only(office, clerk, person):
    elsewhere = Organisation.objects.create(name="Sở Khác", regime="state", symbol="SK", code="H00.2", place="Huế")
    other = Position.objects.create(
        person=person, organisation=elsewhere, title="Văn thư", roles=["clerk"], valid_from=date(2021, 1, 1)
    )
    send(clerk, other, about=office)
    send(clerk, about=elsewhere)
    assert services.forget(office.name, organisation_id=office.pk) == 1
    assert set(Notice.objects.filter(position=clerk).values_list("label", flat=True)) == {"(đã phong tỏa)", "Sở Khác"}
    assert Notice.objects.get(position=other).label == office.name


@pytest.mark.parametrize("words", ["", "  ", "Sở", "nghiệm"[:3]])
def test_an_empty_or_partial_subject_from_outside_blanks_no_other_notice(office, clerk, words):
    send(clerk, about=office)
    assert services.forget(words, organisation_id=office.pk) == 0
    assert Notice.objects.get().label == office.name


def test_a_subject_behind_its_code_and_one_cut_by_the_label_are_forgotten(office, clerk):
    longest = "Trích yếu " * 50
    for subject in ("Mời họp", longest):
        send(clerk, about=Organisation(pk=office.pk, name=f"12/SNV {subject}"))
        assert services.forget(subject, organisation_id=office.pk) == 1


def test_an_undeclared_kind_or_a_missing_value_is_an_error(office, clerk):
    with pytest.raises(kinds.UnknownKind):
        services.send("never_declared", to=[clerk], about=office, url="/")
    with pytest.raises(KeyError):
        services.send(TOLD, to=[clerk], about=office, url="/")
    assert not Notice.objects.exists()


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "x"])
def test_a_notice_never_leads_elsewhere(office, clerk, url):
    with pytest.raises(ValueError, match="page of this installation"):
        services.send(TOLD, to=[clerk], about=office, url=url, details={"due": "mai"})


def test_a_kind_is_declared_once_and_well_formed():
    for kind in (TOLD, "Malformed", "with.dot"):
        with pytest.raises(ValueError, match="declared twice|not a kind"):
            kinds.declare(kind, "")
    assert TOLD in kinds.all_kinds()
    assert kinds.sentence(TOLD, {"object": "A"}) == "Bạn được giao: A, hạn –."


def test_reading_counts_for_the_own_position_only(office, clerk, leader, second_post, actor):
    send(clerk, leader, second_post, about=office)
    services.mark_read(notice=Notice.objects.get(position=leader), actor=actor)
    assert selectors.unread_count(actor) == 1
    assert selectors.unread_elsewhere(actor) == 1
    services.mark_read(notice=Notice.objects.get(position=clerk), actor=actor)
    assert selectors.unread_count(actor) == 0
    assert selectors.unread_count(actor_of(leader)) == 1
    assert services.mark_all_read(actor=actor_of(leader)) == 1
    assert services.mark_all_read(actor=actor_of(leader)) == 0


def test_the_header_shows_nothing_to_strangers(rf):
    assert hooks.shell(rf.get("/")) == {"unread": 0}
