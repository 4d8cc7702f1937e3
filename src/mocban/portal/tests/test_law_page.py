"""The public page of rules: open to anybody, printed for people, what is unconfirmed apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import gettext

from mocban import law
from mocban.people.choices import Role
from mocban.people.labels import UNITS
from mocban.portal import provisions, words

LAW = reverse("portal:law")
DAY = date(2026, 9, 1)
CODE = re.compile(r"[a-z]+(_[a-z]+)*")

pytestmark = pytest.mark.django_db


def all_of(in_force):
    return [one for area in (*in_force.law, *in_force.awaiting) for one in area.provisions]


def leaves(value):
    """Every text inside a value of the law data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from leaves(part)


def test_every_code_of_the_law_data_has_a_printed_word():
    for parameter in law.all_parameters():
        assert parameter.area in words.AREAS
        for period in parameter.periods:
            if parameter.name.startswith("basis."):
                continue
            codes = {leaf for leaf in leaves(period.value) if CODE.fullmatch(leaf)}
            assert codes <= set(words.VALUES), parameter.name
            printed = provisions.printed(period.value, parameter.kind, parameter.unit)
            assert all("{" not in text and "%Y" not in text for _name, text in printed), parameter.name


@pytest.mark.parametrize("regime", law.REGIMES)
@pytest.mark.parametrize("day", [date(2015, 1, 1), DAY])
def test_every_retention_term_is_printed_in_words(regime, day):
    terms = {provisions.term(row) for row in law.retention(regime=regime, on=day)}
    assert not any("_" in term or "|" in term for term in terms)


def test_every_enumerated_choice_and_unit_has_a_word():
    for parameter in law.all_parameters():
        assert parameter.unit in UNITS
        for choice in parameter.choices:
            assert choice in words.VALUES, (parameter.name, choice)


@pytest.mark.parametrize(
    ("value", "kind", "unit", "lines"),
    [
        (1, "int", "working_days", (("", "1 ngày làm việc"),)),
        (True, "bool", "", (("", "có"),)),
        ((5, 6), "list", "weekdays", (("", "thứ Bảy, Chủ nhật"),)),
        ("per_symbol", "enum", "", (("", "mỗi ký hiệu một dãy"),)),
        ({"top": (20, 25), "bottom": (20, 20)}, "mapping", "mm", (("lề trên", "20–25"), ("lề dưới", "20"))),
        ("{number}.{heading}", "str", "", (("", "[số].[đề mục]"),)),
        ("%d/%m/%Y", "str", "", (("", "[ngày]/[tháng]/[năm]"),)),
    ],
)
def test_values_are_printed_for_people(value, kind, unit, lines):
    assert provisions.printed(value, kind, unit) == lines


@pytest.mark.parametrize("regime", law.REGIMES)
def test_what_awaits_confirmation_stands_apart_and_has_no_citation(regime):
    found = provisions.provisions(DAY, regime)
    assert all(one.is_law and one.citation for area in found.law for one in area.provisions)
    assert all(not one.is_law and not one.citation for area in found.awaiting for one in area.provisions)
    assert all(one.sure == gettext("chờ xác nhận") for area in found.awaiting for one in area.provisions)
    assert len(all_of(found)) + len(found.silent) == len(law.all_parameters())


def test_the_page_is_open_without_login_and_shows_value_dates_citation_and_certainty(client):
    page = client.get(LAW, {"on": "01/09/2026", "regime": "state"})
    text = page.content.decode()
    held = law.value("registry.present_within", on=DAY, regime="state")
    row = text[text.index('id="registry.present_within"') :]
    row = row[: row.index("</tr>")]
    assert page.status_code == 200
    for part in ("1 ngày làm việc", "05/03/2020", held.citation, "đã đối chiếu văn bản"):
        assert part in row
    assert f'<a class="btn" href="{reverse("people:login")}"' in text


def test_for_party_bodies_an_unconfirmed_default_follows_the_warning(client):
    text = client.get(LAW, {"on": "2026-09-01", "regime": "party"}).content.decode()
    assert text.index('id="awaiting"') < text.index('id="registry.present_within"')
    assert "CHƯA phải quy định" in text


def test_the_number_period_of_the_party_differs_from_that_of_the_state(client):
    answers = {}
    for regime in ("party", "state"):
        text = client.get(LAW, {"on": "01/09/2026", "regime": regime}).content.decode()
        row = text[text.index('id="counter.outgoing_period"') :]
        answers[regime] = row[: row.index("</tr>")]
    assert "theo nhiệm kỳ" in answers["party"]
    assert "theo năm" in answers["state"]


@pytest.mark.parametrize("day", ["31/02/2026", "hôm qua", "01/01/0001", "9" * 500, "2026-13-01\x00"])
def test_an_impossible_day_gets_a_clear_sentence(client, day):
    page = client.get(LAW, {"on": day})
    assert page.status_code == 422
    assert "Ngày này không có trong lịch" in page.content.decode()


@pytest.mark.parametrize("asked", [{"regime": "<b>"}, {"regime": "x" * 3000}])
def test_an_unknown_regime_gets_a_sentence(client, asked):
    page = client.get(LAW, asked)
    assert page.status_code == 422
    assert "Lựa chọn này không có trong danh sách" in page.content.decode()


@pytest.mark.parametrize("part", ["parameters", "kinds", "retention", "instruments", "../../etc"])
@pytest.mark.parametrize("day", ["01/01/1900", "01/09/2026"])
def test_every_part_opens_on_every_day(client, part, day):
    assert client.get(LAW, {"part": part, "on": day}).status_code == 200


@pytest.mark.parametrize("number", ["1", "3", "999", "-1", "a", "²"])
def test_retention_rows_come_in_pages(client, number):
    text = client.get(LAW, {"part": "retention", "on": "01/09/2026", "page": number}).content.decode()
    assert 0 < text.count('id="retention.') <= provisions.PAGE


def test_instruments_show_their_standing(client):
    text = client.get(LAW, {"part": "instruments", "on": "01/01/2019"}).content.decode()
    row = text[text.index('id="instrument.nd-30-2020"') :]
    assert "chưa có hiệu lực" in row[: row.index("</tr>")]


def test_somebody_signed_in_sees_the_rules_of_the_own_regime_first(body, client, django_assert_max_num_queries):
    body.organisation.regime = "party"
    body.organisation.save()
    client.force_login(body.position(Role.CLERK).person)
    client.get(LAW)
    with django_assert_max_num_queries(8):
        text = client.get(LAW).content.decode()
    assert 'value="party" selected' in text
