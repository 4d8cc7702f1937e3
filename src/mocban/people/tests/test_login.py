"""Signing in, the first password, one-time codes, the second factor."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.urls import reverse

from mocban import law
from mocban.audit.models import Event
from mocban.people import services
from mocban.people.models import Person

from .conftest import DAY, PASSWORD

pytestmark = pytest.mark.django_db
NEW = "Sông-Mã-chảy-về-9"


def sign_in(client, login="quantri", password=PASSWORD, **extra):
    return client.post("/login/", {"login": login, "password": password}, **extra)


def test_the_right_password_opens_the_home_page_and_is_recorded(office, client):
    response = sign_in(client)
    assert response.status_code == 302
    assert response.url == "/"
    assert Event.objects.filter(verb="person.signed_in", label="Người quantri").exists()


def test_the_login_may_be_typed_in_capitals(office, client):
    assert sign_in(client, login=" QuanTri ").status_code == 302


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(office, client):
    wrong, unknown = sign_in(client, password="sai"), sign_in(client, login="khongco", password="sai")
    strip = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|value="(quantri|khongco)"')
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in wrong.content.decode()
    assert strip.sub("", wrong.content.decode()) == strip.sub("", unknown.content.decode())


@pytest.mark.parametrize("address", ["/login/", "/registry/incoming/new/", "/i18n/setlang/"])
def test_a_large_body_of_a_stranger_is_not_read(office, client, settings, address):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    settings.FILE_UPLOAD_HANDLERS = [f"{__name__}.NeverRead"]
    response = client.post(address, {"file": SimpleUploadedFile("a.pdf", b"x" * 2000)})
    assert response.status_code == 302
    assert response.url == "/login/?next=%2F"


class NeverRead(MemoryFileUploadHandler):
    def receive_data_chunk(self, raw_data, start):
        raise AssertionError("the body was read")


def test_a_wrong_password_is_on_the_trail_of_the_account(office, client):
    sign_in(client, password="sai")
    assert Event.objects.filter(verb="person.sign_in_refused", label="Người quantri").count() == 1


def test_after_five_failures_the_account_is_locked_for_that_address_only(office, client):
    for _attempt in range(5):
        sign_in(client, password="sai")
    locked = sign_in(client)
    assert "Có quá nhiều lần đăng nhập sai" in locked.content.decode()
    assert sign_in(client, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_the_limit_is_no_looser_than_the_law_data(settings):
    by_key = settings.ACCOUNT_RATE_LIMITS["login_failed"].split(",")[1]
    for regime in law.REGIMES:
        assert int(by_key.split("/")[0]) <= law.value("security.lock_after_failures", on=DAY, regime=regime).value


def test_a_closed_account_is_told_so_only_with_the_right_password(office, client):
    person = office.person("nghi")
    services.deactivate_person(person=person, actor=office.admin, on=DAY)
    assert "không đúng" in sign_in(client, "nghi", "sai").content.decode()
    response = client.post("/login/", {"login": "nghi", "password": PASSWORD}, follow=True)
    assert "đã bị khóa" in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["/signup/", "/accounts/signup/", "/account/email/", "/password/reset/"])
def test_there_is_no_sign_up_and_no_mail_page(office, client, address):
    assert client.get(address).status_code == 404


def test_a_stranger_is_sent_to_sign_in_and_back(office, client):
    response = client.get("/account/?a=1")
    assert response.url == "/login/?next=%2Faccount%2F%3Fa%3D1"
    done = client.post(response.url, {"login": "quantri", "password": PASSWORD, "next": "/account/?a=1"})
    assert done.url == "/account/?a=1"


def test_signing_in_never_leads_to_another_site(office, client):
    done = client.post("/login/", {"login": "quantri", "password": PASSWORD, "next": "https://vi-du.example/"})
    assert done.url == "/"


def test_htmx_leaves_the_page_when_the_session_is_gone(office, client):
    response = client.get("/account/", headers={"HX-Request": "true"})
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/login/?next=%2Faccount%2F"


def test_the_first_password_must_be_changed_before_anything_else(office, client):
    person = office.person("moi", must_change_password=True)
    client.force_login(person)
    assert client.get("/account/").url == "/account/password/"
    page = client.post("/account/password/", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert page.url == "/"
    assert client.get("/account/").status_code == 200
    person.refresh_from_db()
    assert person.check_password(NEW)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"old": "sai", "password": NEW, "again": NEW}, "Mật khẩu hiện tại không đúng."),
        ({"old": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "phải khác mật khẩu hiện tại"),
        ({"old": PASSWORD, "password": "ngắn1A!", "again": "ngắn1A!"}, "ít nhất 10 ký tự"),
        ({"old": PASSWORD, "password": "toàn chữ thường", "again": "toàn chữ thường"}, "đủ chữ thường, chữ hoa"),
        ({"old": PASSWORD, "password": NEW, "again": "khác"}, "không giống nhau"),
    ],
)
def test_a_password_change_is_refused_with_a_sentence(admin_client, typed, sentence):
    response = admin_client.post("/account/password/", typed)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Person.objects.get(login="quantri").check_password(PASSWORD)


def test_changing_the_password_ends_the_other_sessions(office, client, client_factory):
    other = client_factory()
    for browser in (client, other):
        browser.force_login(Person.objects.get(login="quantri"))
    client.post("/account/password/", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


@pytest.fixture
def client_factory():
    from django.test import Client

    return Client


def test_a_one_time_code_sets_a_password_once_and_ends_the_sessions(office, client, client_factory):
    person, other = office.person("quen"), client_factory()
    other.force_login(person)
    code = services.issue_reset_code(person=person, actor=office.admin)
    typed = {"login": "QUEN", "code": code.lower().replace("-", " "), "password": NEW, "again": NEW}
    assert client.post("/reset/", typed).url == "/login/"
    assert other.get("/account/").status_code == 302
    assert sign_in(client, "quen", NEW).status_code == 302
    again = client_factory().post("/reset/", typed)
    assert "mã đã dùng hay hết hạn" in again.content.decode()
    assert Event.objects.filter(verb="person.password_reset").count() == 1


def test_every_wrong_reset_gets_one_answer(office, client):
    person = office.person("quen")
    code = services.issue_reset_code(person=person, actor=office.admin)
    tries = [("quen", "AAAA-BBBB-CCCC-DDDD"), ("khongco", code), ("quantri", code), ("quen", "x" * 40)]
    for login, typed in tries:
        response = client.post("/reset/", {"login": login, "code": typed, "password": NEW, "again": NEW})
        assert "Tên đăng nhập hoặc mã không đúng, hoặc mã đã dùng hay hết hạn." in response.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_code_dies_after_a_day(office, client):
    import time_machine

    person = office.person("quen")
    code = services.issue_reset_code(person=person, actor=office.admin)
    with time_machine.travel("2026-09-02T03:00:01Z"):
        response = client.post("/reset/", {"login": "quen", "code": code, "password": NEW, "again": NEW})
    assert response.status_code == 422


def test_a_new_code_kills_the_older_one(office, client):
    person = office.person("quen")
    old = services.issue_reset_code(person=person, actor=office.admin)
    services.issue_reset_code(person=person, actor=office.admin)
    response = client.post("/reset/", {"login": "quen", "code": old, "password": NEW, "again": NEW})
    assert response.status_code == 422


def test_guessing_codes_is_slowed_down(office, client):
    answers = [
        client.post("/reset/", {"login": "quantri", "code": "A" * 16, "password": NEW, "again": NEW}).status_code
        for _attempt in range(6)
    ]
    assert answers == [422] * 5 + [429]


def test_signing_out_wants_a_post(admin_client):
    assert admin_client.get("/logout/").status_code == 405
    assert admin_client.post("/logout/").url == "/login/"
    assert admin_client.get("/account/").status_code == 302


def test_a_second_factor_is_asked_after_the_password(office, client):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time

    sign_in(client)
    confirm = client.get(reverse("mfa_activate_totp")).url
    assert "Mật khẩu không đúng." in client.post(confirm, {"password": "sai"}).content.decode()
    page = client.post(confirm, {"password": PASSWORD}, follow=True).content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)[1]

    def code():
        return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"

    assert client.post(reverse("mfa_activate_totp"), {"code": code()}).status_code == 302
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    assert "Còn 10 mã" in client.get(reverse("mfa_index")).content.decode()
    client.post("/logout/")
    assert sign_in(client).url == reverse("mfa_authenticate")
    assert client.get("/account/").status_code == 302
    assert "không đúng" in client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    assert client.post(reverse("mfa_authenticate"), {"code": recovery}).url == "/"
    assert client.get("/account/").status_code == 200
