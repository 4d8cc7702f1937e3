"""The pages of packages, and the same over the API."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.urls import reverse

from mocban.api.paging import PageQuery
from mocban.audit.models import ReadLog
from mocban.lib.hashing import sha256_hex
from mocban.people.models import Person
from mocban.preservation import api, storage

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, body):
    client.force_login(Person.objects.get(login="luutru"))
    return client


@pytest.fixture
def request_of(rf, body):
    request = rf.get("/api/v1/packages")
    request.actor = body.archivist
    return request


def test_list_and_page_show_the_package(browser, body, django_assert_max_num_queries):
    built = body.build()
    browser.get(reverse("preservation:package_list"))
    with django_assert_max_num_queries(20):
        assert "Hồ sơ công tác lưu trữ" in browser.get(reverse("preservation:package_list")).content.decode()
    with django_assert_max_num_queries(30):
        shown = browser.get(reverse("preservation:package", args=[built.pk])).content.decode()
    assert built.identifier in shown
    assert "10:00 01/09/2026" in shown  # the moment of building in Vietnam time
    assert built.sha256 in shown


def test_checking_shows_what_is_wrong(browser, body):
    built = body.build()
    path = storage.path_of(built.file_name)
    answer = browser.post(reverse("preservation:package_check", args=[built.pk]), follow=True)
    assert "Gói lưu trữ nguyên vẹn." in answer.content.decode()
    path.chmod(0o640)
    path.write_bytes(path.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.8"))
    answer = browser.post(reverse("preservation:package_check", args=[built.pk]), follow=True)
    assert "giá trị băm không khớp" in answer.content.decode()
    assert reverse("preservation:package_download", args=[built.pk]) not in answer.content.decode()


def test_downloading_gives_the_very_bytes_and_is_logged(browser, body):
    built = body.build()
    answer = browser.get(reverse("preservation:package_download", args=[built.pk]))
    assert sha256_hex(b"".join(answer.streaming_content)) == built.sha256
    assert f"urn_uuid_{str(built.pk).upper()}.zip" in answer["Content-Disposition"]
    assert ReadLog.objects.filter(kind="downloaded").count() == 1


def test_others_find_nothing(client, body):
    built = body.build()
    client.force_login(Person.objects.get(login="chuyenvien"))
    assert client.get(reverse("preservation:package", args=[built.pk])).status_code == 404
    assert client.get(reverse("preservation:package_download", args=[built.pk])).status_code == 404
    assert client.post(reverse("preservation:package_check", args=[built.pk])).status_code == 404


def test_the_api_lists_checks_and_hands_out(request_of, body, rf):
    built = body.build()
    [item] = api.package_list(request_of, PageQuery())["items"]
    assert item.pk == built.pk
    assert api.package_check(request_of, built.pk).state == "sound"
    answer = api.package_content(request_of, built.pk)
    assert sha256_hex(b"".join(answer.streaming_content)) == built.sha256
    request_of.actor = body.officer
    with pytest.raises(Http404):
        api.package_detail(request_of, built.pk)
