"""Books and hand-overs over the API."""

from __future__ import annotations

import pytest
from django.test import Client

from mocban.registry.choices import BookKind
from mocban.registry.models import HandOver
from tests import steps
from tests.world import Caller, World

from .logs import envelope, log

pytestmark = pytest.mark.django_db


def test_a_book_is_locked_continued_closed_and_reopened(world: World) -> None:
    clerk, book = Caller(world.clerk), world.office.incoming_book
    steps.registered(world, files=())
    [row] = clerk.done("get", "/registry/books?year=2026&kind=incoming")
    assert (row["id"], row["first"], row["last"], row["entries"], row["state"]) == (str(book.pk), 1, 1, 1, "open")
    second = clerk.done("post", f"/registry/books/{book.pk}/next-volume")
    assert (second["volume"], second["entries"]) == (2, 0)
    assert clerk.done("get", f"/registry/books/{book.pk}")["state"] == "locked"
    assert clerk.refused("post", f"/registry/books/{book.pk}/lock")[1]["code"] == "registry.wrong_state"
    at = f"/registry/books/{second['id']}"
    assert clerk.done("post", f"{at}/lock")["state"] == "locked"
    closed = clerk.done("post", f"{at}/close")
    assert (closed["state"], closed["summary"]["entries"]) == ("closed", 0)
    assert clerk.refused("post", f"{at}/reopen", {})[0] == 422
    assert clerk.done("post", f"{at}/reopen", {"reason": "Ghi thiếu"})["state"] == "open"


def test_a_log_is_opened_and_the_books_of_the_next_year_with_it(world: World) -> None:
    clerk = Caller(world.clerk)
    made = clerk.done("post", "/registry/books", {"kind": "post", "name": "Sổ bưu điện"})
    assert (made["kind"], made["year"], made["series_id"]) == ("post", 2026, None)
    assert clerk.refused("post", "/registry/books", {"kind": "incoming", "name": "Sổ"})[0] == 422
    names = {book["name"] for book in clerk.done("post", "/registry/books/next-year?year=2027")}
    assert {"Sổ bưu điện", "Sổ đăng ký văn bản đến"} <= names
    assert clerk.refused("post", "/registry/books/next-year?year=2030")[1]["code"] == "book.far_year"


def test_others_see_no_book_and_change_none(world: World) -> None:
    at = f"/registry/books/{world.office.incoming_book.pk}"
    assert Caller(world.stranger).refused("get", at)[0] == 404
    assert Caller(world.officer).refused("post", f"{at}/lock")[0] == 404
    assert Caller(world.leader).refused("post", f"{at}/close")[0] == 403


def test_documents_and_envelopes_are_handed_over_and_the_receiver_signs(world: World) -> None:
    clerk, head = Caller(world.clerk), Caller(world.head)
    book, entry, letter = log(world, BookKind.HANDOVER), steps.registered(world, files=()), envelope(world)
    given = {
        "book": str(book.pk),
        "incoming": [str(entry.pk)],
        "envelopes": [str(letter.pk)],
        "unit": str(world.office.units["vtlt"].pk),
    }
    lines = clerk.done("post", "/registry/hand-overs", given)
    assert [(line["ordinal"], line["received_by"]) for line in lines] == [(1, ""), (2, "")]
    ids = [line["id"] for line in lines]
    assert {line["id"] for line in head.done("get", "/registry/hand-overs?show=mine")["items"]} == set(ids)
    assert clerk.refused("post", "/registry/hand-overs/confirm", {"lines": ids})[0] == 403
    assert head.refused("post", "/registry/hand-overs/confirm", {"lines": []})[1]["code"] == "log.nothing_chosen"
    signed = head.done("post", "/registry/hand-overs/confirm", {"lines": ids})
    assert all(line["received_by"].startswith(world.head.person_name) for line in signed)
    assert clerk.refused("delete", f"/registry/hand-overs/{ids[0]}")[1]["code"] == "hand_over.received"
    assert clerk.done("get", "/registry/hand-overs?show=open")["items"] == []


def test_a_line_is_noted_on_paper_or_taken_back(world: World) -> None:
    clerk = Caller(world.clerk)
    book, entry = log(world, BookKind.HANDOVER), steps.registered(world, files=())
    given = {"book": str(book.pk), "incoming": [str(entry.pk)], "name": "Công đoàn cơ sở"}
    assert clerk.refused("post", "/registry/hand-overs", {**given, "book": None})[0] == 422
    assert clerk.refused("post", "/registry/hand-overs", {**given, "incoming": [str(book.pk)]})[0] == 404
    assert Caller(world.officer).refused("post", "/registry/hand-overs", given)[0] == 403
    first, second = (clerk.done("post", "/registry/hand-overs", given)[0]["id"] for _twice in range(2))
    noted = clerk.done("post", f"/registry/hand-overs/{first}/paper-receipt?name=B%C3%A0+Mai")
    assert noted["received_by"] == "Bà Mai (ký trên giấy)"
    assert clerk("delete", f"/registry/hand-overs/{second}").status_code == 204
    assert [str(pk) for pk in HandOver.objects.values_list("pk", flat=True)] == [first]


def test_the_schema_describes_them_with_examples() -> None:
    described = Client().get("/api/v1/openapi.json").json()["components"]["schemas"]
    for name, field in (("BookDetail", "summary"), ("HandOverIn", "name"), ("ReopenIn", "reason")):
        assert described[name]["properties"][field]["examples"]
