"""Whole pages and fragments, the shell around them, and the one fetch that views may use."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import RequestFactory

from mocban.ui import context, pages

from .gallery import GalleryActor

HTMX = {"HTTP_HX_REQUEST": "true"}


def text(response):
    return response.content.decode()


def test_a_page_comes_with_header_rail_and_content(browser):
    body = text(browser.get("/gallery/"))
    assert "Sổ văn bản đến năm 2026" in body
    assert 'id="search-box"' in body
    assert 'href="/gallery/" class="current" aria-current="page"' in body
    assert "Nguyễn Thị Ánh Nguyệt" in body
    assert '<html lang="vi">' in body


def test_htmx_gets_only_title_and_content(browser):
    response = browser.get("/gallery/", **HTMX)
    body = text(response)
    assert "Sổ văn bản đến năm 2026" in body
    assert "<title>" in body
    assert 'id="search-box"' not in body
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("extra", ["HTTP_HX_BOOSTED", "HTTP_HX_HISTORY_RESTORE_REQUEST"])
def test_a_boosted_link_and_a_restored_page_need_the_whole_page(browser, extra):
    assert 'id="search-box"' in text(browser.get("/gallery/", **HTMX, **{extra: "true"}))


def test_a_page_travels_compressed_and_a_file_as_it_is(browser):
    packed = browser.get("/gallery/", HTTP_ACCEPT_ENCODING="gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < 10_000
    assert "Content-Encoding" not in browser.get("/sample.pdf", HTTP_ACCEPT_ENCODING="gzip")


def test_a_stranger_sees_neither_rail_nor_search_nor_names(browser):
    body = text(browser.get("/gallery/", HTTP_X_STRANGER="1"))
    assert "Sổ văn bản đến năm 2026" in body
    assert 'class="rail"' not in body
    assert 'id="search-box"' not in body
    assert "Đăng xuất" not in body


def test_the_rail_hides_what_the_roles_do_not_open_and_what_leads_nowhere():
    clerk = GalleryActor(roles=frozenset({"clerk"}))
    administrator = GalleryActor(roles=frozenset({"administrator"}))
    assert [desk["label"] for desk in context.rail(clerk, "/gallery/")] == ["", "Văn thư"]
    desks = context.rail(administrator, "/gallery/")
    assert [desk["label"] for desk in desks] == ["", "Văn thư", "Quản trị"]
    assert [entry["label"] for entry in desks[1]["entries"]] == ["Văn bản đến", "Văn bản đi"]


def test_only_the_nearest_entry_of_the_rail_is_current():
    desks = context.rail(GalleryActor(), "/gallery/100/")
    assert [entry["label"] for desk in desks for entry in desk["entries"] if entry["current"]] == ["Văn bản đến"]


def test_several_positions_can_be_switched_in_the_header(browser):
    body = text(browser.get("/gallery/"))
    assert "Đổi vị trí đang dùng" in body
    assert 'name="position" value="2"' in body
    assert "3 thông báo chưa đọc" in body


def test_the_shell_itself_asks_the_database_nothing(browser, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        browser.get("/gallery/")


def test_the_language_is_vietnamese_until_it_is_switched(browser):
    assert '<html lang="vi">' in text(browser.get("/gallery/", HTTP_ACCEPT_LANGUAGE="en-US"))
    browser.post("/i18n/setlang/", {"language": "en", "next": "/gallery/"})
    assert '<html lang="en">' in text(browser.get("/gallery/"))


def test_a_language_that_we_do_not_have_changes_nothing(browser):
    browser.cookies["django_language"] = "../../etc"
    assert '<html lang="vi">' in text(browser.get("/gallery/"))


@pytest.fixture
def shelf(db):
    kind = ContentType.objects.get_for_model(Permission)
    return Permission.objects.create(name="Kệ 1", codename="mocban_shelf", content_type=kind)


def test_get_returns_what_the_actor_may_see_in_one_query(browser, shelf, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert text(browser.get(f"/shelf/{shelf.pk}/")) == "Kệ 1"


def test_get_answers_the_same_for_hidden_missing_and_malformed(browser, shelf):
    Permission.objects.filter(pk=shelf.pk).update(name="hidden")
    answers = [browser.get(f"/shelf/{key}/") for key in (shelf.pk, 99_999_999, "không-phải-số")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({text(answer).split('id="alerts"')[1] for answer in answers}) == 1


def test_layout_follows_the_request():
    requests = RequestFactory()
    assert pages.layout(requests.get("/")) == "ui/base.html"
    assert pages.layout(requests.get("/", **HTMX)) == "ui/fragment.html"


def test_a_confirm_page_asks_and_posts_to_itself(browser):
    body = text(browser.get("/confirm/"))
    assert "Không thể làm lại" in body
    assert "NĐ 30/2020/NĐ-CP, Điều 18" in body
    assert '<form method="post" class="card"' in body
    assert 'href="/gallery/">Không, quay lại' in body


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://elsewhere.example/a.pdf",
        "//elsewhere.example/a.pdf",
        "/\t/elsewhere.example/a.pdf",
        "/\\elsewhere",
        "a",
    ],
)
def test_the_viewer_opens_only_files_of_this_site(browser, address):
    assert browser.get("/ui/pdf/", {"file": address}).status_code == 404


def test_the_viewer_escapes_what_it_is_given(browser):
    body = text(browser.get("/ui/pdf/", {"file": '/a"><script>x', "title": "<b>Công văn</b>"}))
    assert "<script>x" not in body
    assert "&lt;b&gt;Công văn" in body
