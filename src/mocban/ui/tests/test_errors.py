"""Every refusal is a sentence with its citation, as a page or beside the content, and never a 500."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from mocban.lib.errors import RuleBroken, Stale
from mocban.ui.errors import form_error

from .gallery import GalleryForm
from .test_pages import HTMX, text

GOOD = {"number": "12-CV/VPTU", "signed_on": "05/03/2026", "title": "Về việc họp", "kind": "cv"}


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("rule", 409, "Văn bản mật không được đăng ký ở đây."),
        ("stale", 412, "Văn bản đã được sửa lúc 10:15."),
        ("collision", 412, "Nội dung này vừa được người khác thay đổi."),
        ("denied", 403, "Chỉ văn thư được vào sổ."),
        ("denied-bare", 403, "Vị trí đang dùng không được làm việc này."),
        ("missing", 404, "Không có trang này, hoặc vị trí đang dùng không được xem."),
    ],
)
def test_a_refusal_becomes_a_page_with_its_sentence(browser, how, status, words):
    response = browser.get(f"/fail/{how}/")
    assert response.status_code == status
    assert words in text(response)
    assert 'id="search-box"' in text(response)


def test_a_broken_rule_shows_its_citation_escaped(browser):
    body = text(browser.get("/fail/rule/"))
    assert "Căn cứ: Luật BVBMNN 2018, Điều 5 &lt;khoản 2&gt;" in body


@pytest.mark.parametrize(("how", "status"), [("rule", 409), ("stale", 412), ("denied", 403), ("missing", 404)])
def test_for_htmx_a_refusal_becomes_an_alert_above_the_content(browser, how, status):
    response = browser.get(f"/fail/{how}/", **HTMX)
    assert response.status_code == status
    assert response["HX-Retarget"] == "#alerts"
    assert text(response).strip().startswith('<div class="alert alert-danger" role="alert">')


def test_an_address_that_nobody_has_is_the_same_404(browser):
    assert "Không có trang này" in text(browser.get("/khong-co/"))


@pytest.mark.parametrize("how", ["crash", "reference", "too-long"])
def test_a_crash_says_sorry_and_tells_nothing(browser, caplog, how):
    response = browser.get(f"/fail/{how}/")
    assert response.status_code == 500
    assert "Việc vừa làm chưa được ghi" in text(response)
    assert "secret detail" not in text(response)


@pytest.mark.parametrize("how", ["shut-down", "cut", "closed"])
def test_without_the_database_nobody_is_told_that_nothing_was_written(browser, how):
    response = browser.get(f"/fail/{how}/")
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "có thể đã được ghi hoặc chưa" in text(response)
    assert "secret detail" not in text(response)


def test_the_way_back_leads_only_to_our_own_pages(browser):
    here = text(browser.get("/fail/rule/", HTTP_REFERER="http://testserver/list/?cursor=1"))
    away = text(browser.get("/fail/rule/", HTTP_REFERER="http://elsewhere.example/list/"))
    assert 'href="http://testserver/list/?cursor=1">Quay lại' in here
    assert "elsewhere.example" not in away


def test_an_expired_form_is_explained(strict):
    response = strict.post("/echo/", {"word": "a"})
    assert response.status_code == 403
    assert "Biểu mẫu đã hết hạn" in text(response)


class RefusingHandler(FileUploadHandler):
    """Refuses the first bytes, as the handler that looks for secret marks does."""

    def receive_data_chunk(self, raw_data, start):
        raise RuleBroken("test.mark", "Tệp mang dấu Mật.", "Luật BVBMNN 2018, Điều 10")

    def file_complete(self, file_size):
        return None


def test_a_file_refused_while_it_arrives_is_a_409_with_the_sentence(strict, settings):
    settings.FILE_UPLOAD_HANDLERS = ["mocban.ui.tests.test_errors.RefusingHandler"]
    response = strict.post("/echo/", {"file": SimpleUploadedFile("a.pdf", b"%PDF")})
    assert response.status_code == 409
    assert "Tệp mang dấu Mật." in text(response)
    assert "Luật BVBMNN 2018, Điều 10" in text(response)


def test_a_form_larger_than_allowed_is_a_413(browser, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = browser.post("/echo/", {"word": "a" * 200})
    assert response.status_code == 413
    assert "vượt quá giới hạn" in text(response)


def test_a_broken_multipart_body_is_a_400(browser):
    response = browser.post("/echo/", data=b"--nonsense", content_type="multipart/form-data; boundary=")
    assert response.status_code == 400
    assert "hỏng trên đường truyền" in text(response)


def test_form_error_keeps_what_was_typed_and_shows_sentence_and_citation_beside_it(browser):
    response = browser.post("/gallery/", GOOD)
    body = text(response)
    assert response.status_code == 409
    assert 'value="12-CV/VPTU"' in body
    assert "Về việc họp" in body
    beside = body.split('id="id_number_error"')[1].split("</div>")[0]
    assert "đã có trong sổ" in beside
    assert "NĐ 30/2020/NĐ-CP, Điều 15" in beside
    assert "Sổ năm 2026 đã khóa." in body
    assert 'aria-invalid="true"' in body
    assert 'aria-describedby="id_number_help id_number_error"' in body


def test_a_stale_form_gets_the_sentence_without_citation():
    form = GalleryForm(GOOD)
    form_error(form, Stale("Người khác vừa sửa."))
    assert form.non_field_errors() == ["Người khác vừa sửa."]
    assert form.citations == {"__all__": ""}
