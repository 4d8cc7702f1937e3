"""The API shell over a router of its own: who is let in, and what every refusal looks like."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import IntegrityError, OperationalError
from django.http import Http404
from django.test import Client
from django.urls import path
from ninja import File, Query, Router, Schema, UploadedFile
from psycopg.errors import AdminShutdown, UniqueViolation

from mocban.api import base
from mocban.api.paging import Listing, PageQuery, listing
from mocban.lib.errors import RuleBroken, Stale

router = Router(tags=["Văn bản"])


class Draft(Schema):
    title: str
    signed_on: date
    id: UUID | None = None
    copies: int = 1


class PageOfTwo:
    rows = [{"name": "a"}, {"name": "b"}]
    next_cursor = "tiếp"
    previous_cursor = None
    total_text = "hơn 1.000"
    total_is_exact = False


class Named(Schema):
    name: str


@router.get("/who")
def who(request: Any) -> dict[str, str]:
    return {"actor": request.actor}


@router.post("/drafts", summary="Thêm bản thảo")
def add(request: Any, draft: Draft) -> dict[str, str]:
    return {"title": draft.title, "actor": request.actor}


@router.post("/files")
def upload(request: Any, file: File[UploadedFile]) -> dict[str, int]:
    return {"size": file.size}


@router.get("/list", response=Listing[Named])
def names(request: Any, q: Query[PageQuery]) -> dict[str, Any]:
    return listing(PageOfTwo(), lambda row: {"name": row["name"] * q.size})


@router.get("/fail/{how}", auth=None)
def fail(request: Any, how: str) -> None:
    failures: dict[str, Exception] = {
        "rule": RuleBroken("test.rule", "Sổ đã khóa.", "NĐ 30/2020/NĐ-CP, Điều 15"),
        "stale": Stale("Đã sửa lúc 10:15."),
        "denied": PermissionDenied("Chỉ văn thư."),
        "missing": Http404("secret name"),
        "crash": ZeroDivisionError("secret detail"),
        "collision": IntegrityError("secret detail"),
        "shut-down": OperationalError("secret detail"),
    }
    failures["collision"].__cause__ = UniqueViolation("secret detail")
    failures["shut-down"].__cause__ = AdminShutdown("secret detail")
    raise failures[how]


api = base.make_api({"/test": router}, namespace="test-api")
urlpatterns = [path("api/v1/", base.addresses(api))]


class SessionActorMiddleware:
    """Whoever has a session cookie is the clerk."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        request.actor = "clerk" if "sessionid" in request.COOKIES else None
        return self.get_response(request)


def actor_for_token(token: str) -> str | None:
    return "archivist" if token == "good" else None  # noqa: S105


TOKEN = {"HTTP_AUTHORIZATION": "Bearer good"}


@pytest.fixture(autouse=True)
def api_alone(settings):
    settings.ROOT_URLCONF = __name__
    settings.API_TOKEN_HOOK = f"{__name__}.actor_for_token"
    settings.MIDDLEWARE = [
        f"{__name__}.SessionActorMiddleware" if "ActorMiddleware" in name else name
        for name in settings.MIDDLEWARE
        if "allauth" not in name and "Session" not in name and "Authentication" not in name and "Message" not in name
    ]
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    settings.RAIL, settings.SHELL_URLS, settings.SHELL_HOOKS = [], {}, []
    context = settings.TEMPLATES[0]["OPTIONS"]["context_processors"]
    kept = [name for name in context if "auth" not in name and "messages" not in name]
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "OPTIONS": {"context_processors": kept}}]


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.fixture
def member(client):
    client.cookies["sessionid"] = "any"
    client.cookies["csrftoken"] = "a" * 32
    return client


def post(client, address, body, **headers):
    return client.post(address, json.dumps(body), content_type="application/json", **headers)


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    return body


GOOD = {"title": "Về việc họp", "signed_on": "2026-03-05"}


def test_a_token_lets_its_position_act(client):
    assert client.get("/api/v1/test/who", **TOKEN).json() == {"actor": "archivist"}
    assert post(client, "/api/v1/test/drafts", GOOD, **TOKEN).json()["actor"] == "archivist"


@pytest.mark.parametrize("header", [{}, {"HTTP_AUTHORIZATION": "Bearer bad"}, {"HTTP_AUTHORIZATION": "Basic good"}])
def test_nobody_else_is_let_in(client, header):
    response = client.get("/api/v1/test/who", **header)
    assert problem(response)["code"] == "unauthenticated"
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"


def test_the_session_of_our_own_page_may_read(member):
    assert member.get("/api/v1/test/who", HTTP_SEC_FETCH_SITE="same-origin").json() == {"actor": "clerk"}


def test_a_wrong_token_is_not_rescued_by_the_session(member):
    assert member.get("/api/v1/test/who", HTTP_AUTHORIZATION="Bearer bad").status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_the_session_is_of_no_use_to_another_site(member, site):
    response = member.get("/api/v1/test/who", HTTP_SEC_FETCH_SITE=site)
    assert (response.status_code, problem(response)["code"]) == (403, "forbidden")


def test_the_session_needs_a_csrf_token_to_change_something(member):
    refused = post(member, "/api/v1/test/drafts", GOOD)
    assert (refused.status_code, problem(refused)["code"]) == (403, "forbidden")
    assert post(member, "/api/v1/test/drafts", GOOD, HTTP_X_CSRFTOKEN="a" * 32).json()["actor"] == "clerk"


@pytest.mark.parametrize(
    ("how", "status", "code", "words"),
    [
        ("rule", 409, "test.rule", "Sổ đã khóa."),
        ("stale", 412, "stale", "Đã sửa lúc 10:15."),
        (
            "collision",
            412,
            "stale",
            "Nội dung này vừa được người khác thay đổi. Hãy tải lại trang, xem thay đổi rồi làm lại.",
        ),
        ("denied", 403, "forbidden", "Chỉ văn thư."),
        ("missing", 404, "not-found", "Không có đối tượng này, hoặc vị trí đang dùng không được xem."),
        ("crash", 500, "internal", "Hệ thống gặp sự cố; việc vừa làm chưa được ghi."),
        (
            "shut-down",
            503,
            "unavailable",
            "Cơ sở dữ liệu tạm thời không trả lời; việc vừa làm có thể đã được ghi hoặc chưa.",
        ),
    ],
)
def test_every_refusal_is_a_problem_with_a_sentence(client, how, status, code, words):
    response = client.get(f"/api/v1/test/fail/{how}")
    body = problem(response)
    assert (response.status_code, body["code"], body["detail"]) == (status, code, words)
    assert "secret" not in response.content.decode()


def test_a_broken_rule_names_its_article(client):
    body = problem(client.get("/api/v1/test/fail/rule"))
    assert body["citation"] == "NĐ 30/2020/NĐ-CP, Điều 15"
    assert body["type"] == "urn:mocban:problem:test.rule"


@pytest.mark.parametrize("address", ["/api/v1/nowhere", "/api/v1/test/nowhere/at/all"])
def test_an_unknown_address_is_the_same_404_as_a_hidden_object(client, address):
    hidden = client.get("/api/v1/test/fail/missing")
    assert client.get(address).content == hidden.content


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"title": None}, "title", "Giá trị không hợp lệ."),
        ({"signed_on": "2026-02-31"}, "signed_on", "Ngày này không có trong lịch"),
        ({"copies": "nhiều"}, "copies", "Mục này phải là số."),
        ({"id": "x"}, "id", "Mã định danh không đúng dạng."),
    ],
)
def test_wrong_fields_are_named_and_what_was_sent_is_not_repeated(client, change, field, words):
    response = post(client, "/api/v1/test/drafts", {**GOOD, **change}, **TOKEN)
    [error] = problem(response)["errors"]
    assert response.status_code == 422
    assert error["field"].endswith(field)
    assert error["message"].startswith(words)
    assert "nhiều" not in response.content.decode()


def test_a_missing_field_is_named(client):
    [error] = problem(post(client, "/api/v1/test/drafts", {"title": "a"}, **TOKEN))["errors"]
    assert error["field"].endswith("signed_on")
    assert error["message"] == "Mục này không được để trống."


def test_what_cannot_be_read_is_a_400(client):
    response = client.post("/api/v1/test/drafts", "{", content_type="application/json", **TOKEN)
    assert (response.status_code, problem(response)["code"]) == (400, "unreadable")


def test_a_body_larger_than_allowed_is_a_413(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    response = post(client, "/api/v1/test/drafts", GOOD, **TOKEN)
    assert (response.status_code, problem(response)["code"]) == (413, "too-large")


class RefusingHandler(FileUploadHandler):
    """Refuses the first bytes, as the handler that looks for secret marks does."""

    def receive_data_chunk(self, raw_data, start):
        raise RuleBroken("test.mark", "Tệp mang dấu Mật.")

    def file_complete(self, file_size):
        return None


def test_a_file_refused_while_it_arrives_is_a_409(client, settings):
    settings.FILE_UPLOAD_HANDLERS = [f"{__name__}.RefusingHandler"]
    response = client.post("/api/v1/test/files", {"file": SimpleUploadedFile("a.pdf", b"%PDF")}, **TOKEN)
    assert (response.status_code, problem(response)["code"]) == (409, "test.mark")
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    response = client.post("/api/v1/test/files", {"file": SimpleUploadedFile("a.pdf", b"%PDF")}, **TOKEN)
    assert response.json() == {"size": 4}


def test_a_list_carries_its_cursors_and_total(client):
    body = client.get("/api/v1/test/list?size=2", **TOKEN).json()
    assert body == {
        "items": [{"name": "aa"}, {"name": "bb"}],
        "next_cursor": "tiếp",
        "previous_cursor": None,
        "total": "hơn 1.000",
        "total_is_exact": False,
    }


@pytest.mark.parametrize("size", ["0", "201", "nhiều"])
def test_a_page_size_out_of_bounds_is_a_422(client, size):
    assert client.get("/api/v1/test/list", {"size": size}, **TOKEN).status_code == 422


def test_the_docs_page_lists_the_endpoints_and_loads_no_script_from_elsewhere(client):
    body = client.get("/api/v1/docs").content.decode()
    assert "/api/v1/test/drafts" in body
    assert "Thêm bản thảo" in body
    assert "//cdn" not in body
    assert 'href="/api/v1/openapi.json"' in body


def test_the_schema_names_both_ways_in(client):
    schema = client.get("/api/v1/openapi.json").json()
    assert set(schema["components"]["securitySchemes"]) == {"BearerToken", "SessionCookie"}
