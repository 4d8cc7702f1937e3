"""Pages and endpoints of issuers, series, terms, the ledger, single numbers, and documents outside the usual way."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from mocban.people.actor import Actor
from mocban.registry.choices import NumberState, OutgoingStatus
from mocban.registry.models import Issuer, Number, Outgoing, Series
from mocban.registry.services import numbering
from tests import steps
from tests.world import DAY, Caller, World, browser

from .test_ledger import allow_reserving, mixed_period, outgoing_series, reserved

pytestmark = pytest.mark.django_db
QUERIES = 24
DEPARTS = "làm khác Nghị định 30/2020/NĐ-CP, Điều 14–15"


def at(name: str, obj: Any = None) -> str:
    return reverse(f"registry:{name}", args=[obj.pk] if obj else [])


def shown(actor: Actor, address: str, **given: Any) -> str:
    answer = browser(actor).get(address, given)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def posted(actor: Actor, address: str, data: dict[str, Any], status: int = 302) -> str:
    answer = browser(actor).post(address, data)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_an_issuer_is_added_laid_out_given_a_term_and_closed_on_pages(world: World) -> None:
    clerk = world.stranger
    typed = {"kind": "served", "name": "Tỉnh ủy Đông Lĩnh", "symbol": "TU"}
    assert "không được để trống" in posted(clerk, at("issuer_new"), {"kind": "served"}, status=422)
    posted(clerk, at("issuer_new"), typed)
    assert "đã có" in posted(clerk, at("issuer_new"), typed, status=409)
    made = Issuer.objects.get(symbol="TU")
    assert "Ngày bắt đầu nhiệm kỳ" in shown(clerk, at("issuer_lay_out", made))
    posted(clerk, at("issuer_lay_out", made), {})
    words = shown(clerk, at("series_list"))
    for expected in ("Tỉnh ủy Đông Lĩnh (TU)", "Quyết định, Quy định (TU)", "Nhiệm kỳ 2025–2030", "Văn phòng Tỉnh ủy"):
        assert expected in words
    term = {"name": "Nhiệm kỳ 2030–2035", "starts_on": "20/10/2030"}
    posted(clerk, at("issuer_term", made), term)
    assert "Trùng với kỳ đánh số “Nhiệm kỳ 2030–2035”" in posted(clerk, at("issuer_term", made), term, status=409)
    posted(clerk, at("issuer_edit", made), {"name": "Tỉnh ủy", "symbol": "TU"})
    assert "Hãy đóng các hệ thống số" in posted(clerk, at("issuer_close", made), {}, status=409)
    assert "Tỉnh ủy (TU)" in shown(clerk, at("series_list"))


def test_a_series_is_edited_given_terms_and_closed_on_pages(world: World) -> None:
    clerk = world.stranger
    series = next(iter(world.other.outgoing_books.values())).series
    assert "Nhiệm kỳ 2025–2030" in shown(clerk, at("series", series))
    posted(clerk, at("series_edit", series), {"name": "Quyết định", "kind_symbols": "QĐ"})
    posted(clerk, at("term_new", series), {"name": "2030–2035", "starts_on": "20/10/2030"})
    latest, first = series.periods.order_by("-starts_on")
    posted(clerk, at("term_correct", latest), {"name": "2030–2035", "starts_on": "21/10/2030"})
    first.refresh_from_db()
    assert first.ends_on == date(2030, 10, 20)
    assert "Trùng" in posted(clerk, at("term_close", first), {"ends_on": "01/01/2031"}, status=409)
    posted(clerk, at("term_close", latest), {"ends_on": "01/01/2035"})
    posted(clerk, at("series_close", series), {})
    assert "đã đóng" in posted(clerk, at("term_new", series), {"name": "x", "starts_on": "01/01/2036"}, status=409)


def test_a_new_registry_lays_out_its_own_series_with_one_button(world: World) -> None:
    assert "Lập đủ hệ thống số" in shown(world.clerk, at("series_list"))
    posted(world.clerk, at("own_lay_out"), {})
    assert Series.objects.get(direction="copies", organisation=world.office.organisation).books.count() == 1
    assert browser(world.officer).get(at("own_lay_out")).status_code == 403


def test_reserving_is_offered_only_under_the_bodys_own_rule_and_every_page_says_so(world: World, keys: None) -> None:
    series = outgoing_series(world)
    typed = {"reason": "Đang trình", "expires_on": "06/11/2026"}
    assert "Giữ số trước khi ký" not in shown(world.clerk, at("series", series))
    refusal = posted(world.clerk, at("number_reserve", series), typed, status=409)
    assert "chưa có quy định riêng" in refusal
    assert "Điều 14 và Điều 15" in refusal
    allow_reserving(world)
    posted(world.clerk, at("number_reserve", series), typed)
    [number] = Number.objects.filter(state=NumberState.RESERVED)
    signed = steps.signed(world)
    pages = [at("series_list"), at("series", series), at("number_reserve", series), at("ledger", number.period)]
    for address in [*pages, at("outgoing", signed)]:
        words = shown(world.clerk, address)
        assert DEPARTS in words, address
        assert "Quy chế văn thư, Điều 9" in words
    typed_number = {"version": signed.version, "book": steps.outgoing_book(world).pk, "reserved": number.pk}
    posted(world.clerk, at("outgoing_number", signed), typed_number)
    assert Outgoing.objects.get(pk=signed.pk).number_id == number.pk


def test_a_reserved_number_is_given_back_or_made_void_from_the_ledger(world: World) -> None:
    allow_reserving(world)
    first, second = reserved(world), reserved(world)
    words = shown(world.clerk, at("ledger", first.period))
    assert at("number_give_back", second) in words
    assert at("number_give_back", first) not in words
    assert "Chỉ trả lại được số giữ sau cùng" in posted(world.clerk, at("number_give_back", first), {}, status=409)
    posted(world.clerk, at("number_give_back", second), {})
    posted(world.clerk, at("number_void", first), {"reason": "Không ban hành"})
    assert "Không ban hành" in shown(world.clerk, at("ledger", first.period), state="void")
    for name in ("number_give_back", "number_void"):
        assert browser(world.stranger).get(at(name, first)).status_code == 404


def test_a_number_of_the_secret_register_is_recorded_with_one_press(world: World) -> None:
    series = next(iter(world.other.outgoing_books.values())).series
    posted(world.stranger, at("number_elsewhere", series), {})
    assert "Dùng ở sổ khác" in shown(world.stranger, at("ledger", series.periods.get()))
    assert "Số dùng ở sổ khác" not in shown(world.clerk, at("series", outgoing_series(world)))


def test_the_ledger_shows_every_number_and_is_narrowed_and_paged(
    world: World, django_assert_max_num_queries: Any
) -> None:
    period = mixed_period(world)
    client = browser(world.clerk)
    with django_assert_max_num_queries(QUERIES):
        words = client.get(at("ledger", period)).content.decode()
    for expected in ("6a", "Không có trong sổ nhập", "In hỏng", "ngày thật 30/10/2026", "Giữ đến hết"):
        assert expected in words
    assert "<strong>6a</strong>" not in shown(world.clerk, at("ledger", period), state="void")
    for odd in ("-1", "0", "x", "9" * 30, "٣"):
        assert "<strong>6a</strong>" in shown(world.clerk, at("ledger", period), **{"from": odd, "state": "nonsense"})
    for _number in range(100):
        numbering.take_void(series=period.series, reason="Thử", actor=world.clerk, on=DAY)
    with django_assert_max_num_queries(QUERIES):
        words = client.get(at("ledger", period)).content.decode()
    assert "from=101" in words
    assert browser(world.stranger).get(at("ledger", period)).status_code == 404
    assert browser(world.officer).get(at("ledger", period)).status_code == 403


def test_a_document_is_entered_late_with_its_file_on_a_page(world: World) -> None:
    kind = steps.fields(world.office).kind_code
    typed = {
        "book": steps.outgoing_book(world).pk,
        "true_date": "30/10/2026",
        "reason": "Hệ thống ngừng",
        "kind_code": kind,
        "subject": "Về việc trực bão",
        "signer_name": "Lý Quốc Bảo",
        "unit": world.office.units["vtlt"].pk,
        "recipients": "UBND tỉnh\nLưu: VT",
    }
    assert "không thể sau ngày đăng ký" in posted(
        world.clerk, at("outgoing_late"), typed | {"true_date": "05/11/2026"}, status=409
    )
    assert "không được để trống" in posted(world.clerk, at("outgoing_late"), typed | {"reason": ""}, status=422)
    posted(world.clerk, at("outgoing_late"), typed)
    entered = Outgoing.objects.get(origin="late")
    words = shown(world.clerk, at("outgoing", entered))
    for expected in ("01/SNV-VTLT", "Đăng ký muộn", "30/10/2026", "Hệ thống ngừng", "Lý Quốc Bảo"):
        assert expected in words
    assert "01/SNV-VTLT" in shown(world.clerk, at("outgoing_list"))
    assert browser(world.officer).get(at("outgoing_late")).status_code == 403
    posted(world.clerk, at("outgoing_late"), typed | {"secrecy": "secret"}, status=409)
    assert Outgoing.objects.filter(origin="late").count() == 1


def test_a_draft_is_made_joint_and_a_numbered_one_cancelled_on_pages(world: World, keys: None) -> None:
    draft = steps.drafted(world, with_file=False)
    joint = {"version": draft.version, "joint_bodies": "Sở Tài chính; STC; Lê Văn Đạt\n"}
    assert "cần tên và chữ viết tắt" in posted(
        world.officer, at("outgoing_issuer", draft), joint | {"joint_bodies": "Sở"}, status=409
    )
    posted(world.officer, at("outgoing_issuer", draft), joint)
    assert "Sở Tài chính (STC), Lê Văn Đạt" in shown(world.officer, at("outgoing", draft))
    posted(world.officer, at("outgoing_issuer", draft), joint, status=412)
    numbered = steps.numbered(world)
    assert at("outgoing_cancel", numbered) in shown(world.clerk, at("outgoing", numbered))
    posted(world.clerk, at("outgoing_cancel", numbered), {"version": numbered.version, "reason": "Sai thể thức"})
    assert Outgoing.objects.get(pk=numbered.pk).status == OutgoingStatus.CANCELLED
    words = shown(world.clerk, at("outgoing", numbered))
    assert "Sai thể thức" in words
    assert "đã bỏ trước khi phát hành" in words


def test_the_draft_form_offers_the_issuers_and_joint_bodies(world: World) -> None:
    assert 'name="issuer"' not in shown(world.officer, at("outgoing_new"))
    posted(world.clerk, at("issuer_new"), {"kind": "advisory", "name": "Hội đồng thi đua", "symbol": "HĐTĐ"})
    council = Issuer.objects.get(symbol="HĐTĐ")
    assert 'name="issuer"' in shown(world.officer, at("outgoing_new"))
    typed = {
        "issuer": council.pk,
        "kind_code": steps.fields(world.office).kind_code,
        "subject": "Về việc thi đua",
        "signer": world.leader.position_id,
        "joint_bodies": "Sở Tài chính; STC",
    }
    posted(world.officer, at("outgoing_new"), typed)
    made = Outgoing.objects.get(issuer=council)
    assert [body.symbol for body in made.joint_bodies.all()] == ["STC"]


# The same over the API


def test_numbers_are_reserved_given_back_and_made_void_over_the_api(world: World) -> None:
    call, series = Caller(world.clerk), outgoing_series(world)
    address = f"/registry/series/{series.pk}"
    typed = {"reason": "Đang trình", "expires_on": "2026-11-06"}
    status, problem = call.refused("post", f"{address}/reserve", typed)
    assert (status, problem["code"]) == (409, "number.reserve_off")
    allow_reserving(world)
    first = call.done("post", f"{address}/reserve", typed)
    second = call.done("post", f"{address}/reserve", typed)
    assert call.refused("post", f"/registry/numbers/{first['id']}/give-back")[0] == 409
    assert call("post", f"/registry/numbers/{second['id']}/give-back").status_code == 204
    assert call.done("post", f"/registry/numbers/{first['id']}/void", {"reason": "Không dùng"})["state"] == "void"
    assert call.done("post", f"{address}/void", {"reason": "In hỏng"})["value"] == 2
    assert call.refused("post", f"{address}/elsewhere")[1]["code"] == "number.no_elsewhere"
    found = call.done("get", f"/registry/periods/{first['period_id']}/ledger")
    assert [(row["value"], row["state"]) for row in found["rows"]] == [(1, "void"), (2, "void")]
    stranger = Caller(world.stranger)
    for path in (address, f"/registry/periods/{first['period_id']}/ledger"):
        assert stranger.refused("get", path)[0] == 404
    assert stranger.refused("post", f"/registry/numbers/{first['id']}/void", {"reason": "x"})[0] == 404


def test_issuers_series_and_pages_of_the_ledger_are_read_over_the_api(world: World) -> None:
    period = mixed_period(world)
    call = Caller(world.clerk)
    assert [one["symbol"] for one in call.done("get", "/registry/issuers")] == ["SNV"]
    listed = call.done("get", "/registry/series")
    assert {one["direction"] for one in listed} == {"incoming", "outgoing"}
    assert call.done("get", f"/registry/series/{period.series_id}")["periods"][0]["last_number"] == 6
    found = call.done("get", f"/registry/periods/{period.pk}/ledger?size=4&start=2")
    assert ([row["value"] for row in found["rows"]], found["following"], found["missing"]) == ([2, 3, 4, 5], 6, 2)
    gaps = call.done("get", f"/registry/periods/{period.pk}/ledger?state=missing")["rows"]
    assert [row["value"] for row in gaps] == [4, 5]
    assert Caller(world.officer).refused("get", "/registry/series")[0] == 403


def test_a_numbered_document_is_cancelled_over_the_api(world: World, keys: None) -> None:
    numbered = steps.numbered(world)
    given = {"version": numbered.version, "reason": "Sai thể thức"}
    answer = Caller(world.clerk).done("post", f"/registry/outgoing/{numbered.pk}/cancel", given)
    assert answer["outgoing"]["status"] == "cancelled"
