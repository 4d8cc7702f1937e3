"""Issuers, what each series counts, laying out in one step, terms and congresses on real days, joint documents."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from mocban import law
from mocban.people.actor import system_actor
from mocban.people.services import set_setting
from mocban.registry.choices import Direction, IssuerKind, Period
from mocban.registry.models import Book, Issuer, Series
from mocban.registry.selectors import books_for
from mocban.registry.services import numbering
from mocban.registry.services.drafting import set_issuer
from mocban.registry.services.issuing import take_outgoing_number
from mocban.registry.services.joint import Joint
from mocban.registry.services.layout import lay_out_series
from mocban.registry.services.preparing import expected_symbol
from mocban.registry.services.series import (
    add_issuer,
    close_issuer,
    close_series,
    create_series,
    edit_series,
    own_issuer,
)
from mocban.registry.services.terms import close_term, correct_term, open_issuer_term, open_term
from tests import steps
from tests.steps import refused
from tests.world import DAY, World

pytestmark = pytest.mark.django_db
TERM = ("Nhiệm kỳ 2025–2030", date(2025, 10, 16))


def issuer(
    world: World, kind: IssuerKind = IssuerKind.SERVED, name: str = "Tỉnh ủy Đông Lĩnh", symbol: str = "TU"
) -> Issuer:
    """A further issuer of the Party office's registry."""
    return add_issuer(
        organisation=world.other.organisation, kind=kind, name=name, symbol=symbol, actor=world.stranger, on=DAY
    )


def series(world: World, **changes: Any) -> Series:
    """A series of the Party office."""
    given = {"organisation": world.other.organisation, "direction": Direction.OUTGOING, "name": "Dãy mới"}
    return create_series(**{**given, "actor": world.stranger, "on": DAY, **changes})


def test_one_step_lays_out_what_the_law_gives_and_a_second_time_nothing(world: World) -> None:
    committee = issuer(world)
    made = lay_out_series(issuer=committee, actor=world.stranger, on=DAY)
    symbols = {kind.symbol for kind in law.kinds(regime="party", on=DAY) if kind.symbol}
    assert {one.kind_symbols[0] for one in made} == symbols
    assert {one.name for one in made if one.kind_symbols == ["QĐ"]} == {"Quyết định, Quy định (TU)"}
    assert Book.objects.filter(series__issuer=committee, year=2026).count() == len(made)
    assert {one.periods.get().starts_on for one in made} == {TERM[1]}  # the office's other series are in that term
    assert lay_out_series(issuer=committee, actor=world.stranger, on=DAY) == []
    assert Book.objects.filter(series__issuer=committee).count() == len(made)


def test_the_body_itself_gets_its_incoming_and_copies_series_too(world: World) -> None:
    made = lay_out_series(issuer=own_issuer(world.office.organisation), actor=world.clerk, on=DAY)
    assert [(one.direction, one.period) for one in made] == [("copies", "calendar_year")]  # the rest was there
    assert Book.objects.get(series=made[0]).name == "Sổ đăng ký bản sao"


@pytest.mark.parametrize(
    ("scope", "groups", "counts"),
    [
        ("per_kind", None, 29),
        ("groups", {"Văn bản cá biệt": ["QĐ", "CT"], "Giấy tờ": ["GM"]}, 3),
        ("shared", None, 1),
    ],
)
def test_a_body_scopes_its_series_by_its_own_rule(world: World, scope: str, groups: Any, counts: int) -> None:
    organisation = world.office.organisation
    set_setting(
        organisation=organisation, name="counter.outgoing_scope", value=scope, citation="Quy chế, Điều 5",
        valid_from=DAY, actor=system_actor(organisation),
    )  # fmt: skip
    council = add_issuer(
        organisation=organisation, kind=IssuerKind.ADVISORY, name="Hội đồng thi đua", symbol="HĐTĐ",
        actor=world.clerk, on=DAY,
    )  # fmt: skip
    made = lay_out_series(issuer=council, groups=groups, actor=world.clerk, on=DAY)
    expected = len(law.kinds(regime="state", on=DAY)) if scope == "per_kind" else counts
    assert len(made) == expected
    assert all(one.issuer == council for one in made)
    if scope == "groups":
        with refused("series.no_groups"):
            lay_out_series(issuer=council, actor=world.clerk, on=DAY)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind_symbols": ["CV"]}, "series.overlap"),
        ({"kind_codes": ["rule"]}, "series.overlap"),  # Quy định prints QĐ, which a series counts
        ({"kind_symbols": ["KHÔNG CÓ"]}, "series.unknown_kind"),
        ({"name": "Dãy số văn bản mật"}, "series.secret"),
        ({"name": "Công văn"}, "series.exists"),
        ({"direction": Direction.INCOMING}, "series.one_incoming"),
        ({"direction": Direction.COPIES, "kind_symbols": ["CV"]}, "series.one_copies"),
    ],
)
def test_no_kind_is_counted_twice_and_no_secret_series_opened(world: World, changes: Any, code: str) -> None:
    with refused(code):
        series(world, **changes)
    assert series(world, kind_symbols=["KH"]).kind_symbols == ["KH"]


def test_a_second_incoming_series_needs_the_bodys_own_rule_and_two_for_all_kinds_never(world: World) -> None:
    organisation = world.other.organisation
    set_setting(
        organisation=organisation, name="counter.incoming_series", value="several", citation="Quy chế, Điều 5",
        valid_from=DAY, actor=system_actor(organisation),
    )  # fmt: skip
    assert series(world, direction=Direction.INCOMING).period == Period.CALENDAR_YEAR
    series(world, name="Mọi loại")
    with refused("series.overlap"):
        series(world, name="Mọi loại lần nữa")
    with pytest.raises(PermissionDenied):
        series(world, actor=world.clerk)


def test_an_edited_series_meets_the_same_rules_and_a_closed_one_gives_nothing(world: World) -> None:
    made = series(world, kind_symbols=["KH"])
    open_term(series=made, name=TERM[0], starts_on=TERM[1], actor=world.stranger, on=DAY)
    with refused("series.overlap"):
        edit_series(series=made, name="Dãy mới", kind_symbols=["KH", "TB"], actor=world.stranger, on=DAY)
    edited = edit_series(series=made, name="Kế hoạch", kind_symbols=["KH", "CTr"], actor=world.stranger, on=DAY)
    assert (edited.name, edited.kind_symbols) == ("Kế hoạch", ["KH", "CTr"])
    closed = close_series(series=edited, actor=world.stranger, on=DAY)
    with refused("series.closed"):
        numbering.take(closed, on=DAY, actor=world.stranger)
    assert series(world, name="Kế hoạch mới", kind_symbols=["KH"])


def test_an_issuer_is_named_once_and_closed_after_its_series(world: World) -> None:
    committee = issuer(world)
    with refused("issuer.exists"):
        issuer(world)
    with refused("issuer.incomplete"):
        issuer(world, symbol=" ")
    with refused("issuer.own"):
        issuer(world, kind=IssuerKind.OWN, symbol="X")
    [made, *_rest] = lay_out_series(issuer=committee, actor=world.stranger, on=DAY)
    with refused("issuer.open"):
        close_issuer(issuer=committee, actor=world.stranger, on=DAY)
    for one in committee.series.all():
        close_series(series=one, actor=world.stranger, on=DAY)
    close_issuer(issuer=committee, actor=world.stranger, on=DAY)
    with refused("issuer.closed"):
        series(world, issuer=committee)


def test_a_congress_has_its_own_numbers_for_its_days_inside_the_year(world: World) -> None:
    congress = issuer(world, IssuerKind.CONGRESS, "Đại hội đại biểu lần thứ I", "ĐH")
    [counted] = lay_out_series(issuer=congress, actor=world.stranger, on=DAY)
    with refused("series.no_term"):
        numbering.take(counted, on=DAY, actor=world.stranger)
    open_issuer_term(
        issuer=congress, name="Đại hội I", starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 5),
        actor=world.stranger, on=DAY,
    )  # fmt: skip
    assert [numbering.take(counted, on=DAY, actor=world.stranger).value for _time in range(2)] == [1, 2]
    with refused("series.no_term"):
        numbering.take(counted, on=date(2026, 11, 6), actor=world.stranger)
    committee = issuer(world, IssuerKind.CONGRESS, "Ban kiểm phiếu", "BKP")
    with refused("series.congress"):  # the Party's congress counts all in one series
        lay_out_series(issuer=committee, actor=world.stranger, on=DAY)


def terms(world: World) -> Series:
    made = series(world, kind_symbols=["KH"])
    open_term(series=made, name=TERM[0], starts_on=TERM[1], actor=world.stranger, on=DAY)
    return made


def test_a_term_that_overlaps_another_is_refused_and_the_other_named(world: World) -> None:
    made = terms(world)
    common: dict[str, Any] = {"series": made, "actor": world.stranger, "on": DAY}
    close_term(period=made.periods.get(), ends_on=date(2030, 10, 19), actor=world.stranger, on=DAY)
    for starts_on, ends_on in (
        (date(2028, 1, 1), None),
        (date(2020, 1, 1), None),
        (date(2020, 1, 1), date(2026, 1, 1)),
    ):
        with refused("series.term_order") as refusal:
            open_term(name="Chồng", starts_on=starts_on, ends_on=ends_on, **common)
        assert "“Nhiệm kỳ 2025–2030” (16/10/2025 – 19/10/2030)" in str(refusal.value.message)
    with refused("series.term_days"):
        open_term(name="Ngược", starts_on=date(2031, 1, 2), ends_on=date(2031, 1, 1), **common)
    with refused("series.term_name"):
        open_term(name=" ", starts_on=date(2031, 1, 2), **common)
    assert open_term(name="2020–2025", starts_on=date(2020, 10, 1), ends_on=date(2025, 10, 15), **common)
    assert open_term(name="2030–2035", starts_on=date(2030, 10, 20), **common)


def test_a_term_does_not_end_before_a_number_that_it_gave(world: World) -> None:
    made = terms(world)
    numbering.take(made, on=DAY, actor=world.stranger)
    with refused("series.term_numbers") as refusal:
        open_term(series=made, name="Mới", starts_on=DAY, actor=world.stranger, on=DAY)
    assert "đã cấp số ngày 04/11/2026" in str(refusal.value.message)
    with refused("series.term_numbers"):
        close_term(period=made.periods.get(), ends_on=date(2026, 11, 3), actor=world.stranger, on=DAY)
    assert close_term(period=made.periods.get(), ends_on=DAY, actor=world.stranger, on=DAY).ends_on == DAY


def test_a_wrongly_typed_first_day_is_corrected_while_nothing_was_numbered(world: World) -> None:
    made = terms(world)
    second = open_term(series=made, name="2030–2035", starts_on=date(2030, 1, 20), actor=world.stranger, on=DAY)
    correct_term(period=second, name="Nhiệm kỳ 2030–2035", starts_on=date(2030, 10, 20), actor=world.stranger, on=DAY)
    days = list(made.periods.order_by("starts_on").values_list("starts_on", "ends_on"))
    assert days == [(TERM[1], date(2030, 10, 19)), (date(2030, 10, 20), None)]
    numbering.take(made, on=date(2030, 11, 1), actor=world.stranger)
    with refused("series.term_numbers"):
        correct_term(period=second, name="x", starts_on=date(2030, 10, 21), actor=world.stranger, on=DAY)
    yearly = world.other.incoming_book.series
    with refused("series.by_year"):
        open_term(series=yearly, name="x", starts_on=DAY, actor=world.stranger, on=DAY)


# Documents in another name, and jointly


def lead(world: World) -> tuple[Issuer, Series]:
    """The department numbers for an advisory council too, with a series for all kinds."""
    council = add_issuer(
        organisation=world.office.organisation, kind=IssuerKind.ADVISORY, name="Hội đồng thi đua", symbol="HĐTĐ",
        actor=world.clerk, on=DAY,
    )  # fmt: skip
    [made] = lay_out_series(issuer=council, actor=world.clerk, on=DAY)
    return council, made


def test_a_document_takes_its_issuers_number_symbol_and_name(world: World, keys: None) -> None:
    council, made = lead(world)
    draft = steps.drafted(world, issuer=council)
    assert expected_symbol(draft, on=DAY) == "/HĐTĐ-VTLT"
    assert [book.series for book in books_for(draft, world.clerk, on=DAY)] == [made]
    assert steps.outgoing_book(world) in books_for(steps.drafted(world), world.clerk, on=DAY)
    signed = steps.signed(world)
    type(signed).objects.filter(pk=signed.pk).update(issuer=council)
    with refused("series.other_issuer"):
        take_outgoing_number(outgoing=signed, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
    numbered = take_outgoing_number(outgoing=signed, book=made.books.get(), actor=world.clerk, on=DAY)
    document = numbered.document
    assert (document.printed_code, document.issuer_name) == ("01/HĐTĐ-VTLT", "Hội đồng thi đua")


def test_a_joint_document_takes_the_lead_bodys_number_and_joins_the_symbols(world: World, keys: None) -> None:
    signed = steps.signed(world)
    for place, symbol in enumerate(("SNV2", "STC"), start=1):
        signed.joint_bodies.create(ordinal=place, name=f"Sở {symbol}", symbol=symbol)
    numbered = take_outgoing_number(outgoing=signed, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
    assert numbered.document.printed_code == "01/SNV-SNV2-STC-VTLT"
    assert steps.numbered(world).number_value == 2


@pytest.mark.parametrize(
    ("bodies", "code"),
    [
        ([Joint("Sở Tài chính", "")], "joint.incomplete"),
        ([Joint("Sở Tài chính", "STC"), Joint("Sở khác", "STC")], "joint.twice"),
        ([Joint(f"Sở {place}", f"S{place}") for place in range(11)], "joint.too_many"),
    ],
)
def test_the_bodies_of_a_draft_are_complete_and_named_once(world: World, bodies: list[Joint], code: str) -> None:
    draft = steps.drafted(world, with_file=False)
    with refused(code):
        set_issuer(outgoing=draft, issuer=None, bodies=bodies, actor=world.officer, on=DAY)
    joint = [Joint("Sở Tài chính", "STC", "Lê Văn Đạt")]
    set_issuer(outgoing=draft, issuer=None, bodies=joint, actor=world.officer, on=DAY)
    assert [(body.symbol, body.signer) for body in draft.joint_bodies.all()] == [("STC", "Lê Văn Đạt")]
    set_issuer(outgoing=draft, issuer=None, bodies=[], actor=world.officer, on=DAY)
    assert not draft.joint_bodies.exists()
    with pytest.raises(PermissionDenied):
        set_issuer(outgoing=draft, issuer=None, bodies=[], actor=world.clerk, on=DAY)
    with refused("registry.wrong_state"):
        set_issuer(outgoing=steps.approved(world), issuer=None, bodies=[], actor=world.officer, on=DAY)


def test_symbols_that_no_document_can_carry_are_refused(world: World, keys: None) -> None:
    signed = steps.signed(world)
    signed.joint_bodies.create(ordinal=1, name="Sở dài", symbol="KÝHIỆUDÀIHƠN20CHỮCÁI"[:20])
    signed.joint_bodies.create(ordinal=2, name="Sở dài nữa", symbol="KÝHIỆUCŨNGDÀI")
    with refused("outgoing.long_symbol"):
        take_outgoing_number(outgoing=signed, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
