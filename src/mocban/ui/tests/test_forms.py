"""Fields clean at the border, and say in Vietnamese what is wrong."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mocban.ui import forms

from .gallery import GalleryForm


class Everything(forms.Form):
    line = forms.LineField(max_length=20, required=False)
    text = forms.TextField(max_length=100, required=False)
    day = forms.DateField(required=False)
    file = forms.FileField(required=False)
    files = forms.FilesField(required=False)


def cleaned(**values):
    form = Everything(values)
    assert form.is_valid(), form.errors
    return form.cleaned_data


def errors(files=None, **values):
    form = Everything(values, files)
    assert not form.is_valid()
    return {name: [str(error) for error in found] for name, found in form.errors.items()}


def test_a_line_is_nfc_and_one_line_without_hidden_characters():
    assert cleaned(line="  Tie\u0302\u0301ng\u200b \r\n Vie\u0323\u0302t\u202e ")["line"] == "Tiếng Việt"


def test_a_text_keeps_its_lines():
    assert cleaned(text="Dòng một\r\n\r\n\r\n\r\nDòng hai\x00")["text"] == "Dòng một\n\nDòng hai"


def test_too_long_says_how_long():
    assert errors(line="a" * 21) == {"line": ["Dài quá 20 ký tự (đang có 21)."]}


def test_the_browser_is_not_asked_to_cut_what_is_pasted():
    assert "maxlength" not in str(Everything()["line"])


@pytest.mark.parametrize("typed", ["05/03/2026", "5/3/2026", "05-03-2026", "05.03.2026", "2026-03-05", " 05/03/2026 "])
def test_dates_are_read_as_people_write_them(typed):
    assert cleaned(day=typed)["day"] == date(2026, 3, 5)


@pytest.mark.parametrize(
    "typed", ["31/02/2026", "00/01/2026", "12/13/2026", "mai", "01/01/0026", "01/01/9999", "5/13/26"]
)
def test_an_impossible_date_is_explained_with_an_example(typed):
    [sentence] = errors(day=typed)["day"]
    assert "Ngày này không có trong lịch" in sentence
    assert "05/03/2026" in sentence


def test_a_date_is_shown_as_it_is_typed():
    assert 'value="05/03/2026"' in str(Everything(initial={"day": date(2026, 3, 5)})["day"])


def test_an_empty_file_is_explained():
    assert errors({"file": SimpleUploadedFile("a.pdf", b"")}) == {"file": ["Tệp này rỗng (0 byte). Hãy chọn tệp khác."]}


def test_several_files_come_as_a_list():
    form = Everything({}, {"files": [SimpleUploadedFile("a.pdf", b"x"), SimpleUploadedFile("b.pdf", b"y")]})
    assert form.is_valid()
    assert [one.name for one in form.cleaned_data["files"]] == ["a.pdf", "b.pdf"]
    assert cleaned()["files"] == []


def test_required_and_choice_errors_are_ours():
    form = GalleryForm({"kind": "xx"})
    assert form.errors["number"] == ["Mục này không được để trống."]
    assert form.errors["kind"] == ["Lựa chọn này không có trong danh sách."]


def test_labels_of_required_fields_carry_a_mark(browser):
    body = browser.get("/gallery/").content.decode()
    label = body.split('for="id_number"')[1].split("</label>")[0]
    assert 'title="bắt buộc"' in label
    assert "bắt buộc" not in body.split('for="id_file"')[1].split("</label>")[0]
