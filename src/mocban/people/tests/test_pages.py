"""The pages of administration, in the browser's words; how many queries they take."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mocban.people import services
from mocban.people.choices import Role
from mocban.people.models import ApiToken, Organisation, Person, Position, Unit

from .conftest import DAY, PASSWORD, fields

pytestmark = pytest.mark.django_db

PLAIN = ["admin", "setup", "admin_organisation", "admin_organisation_new", "admin_units", "admin_unit_new"]
PLAIN += ["admin_people", "admin_person_new", "admin_position_new", "admin_settings"]


@pytest.mark.parametrize("name", PLAIN)
def test_a_page_of_administration_opens_for_administrators_only(office, admin_client, client_of, name):
    address = reverse(f"people:{name}")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert admin_client.get(address).status_code == 200
    assert len(queries) <= 20
    assert client_of(office.person("an", Role.CLERK)).get(address).status_code == 403


@pytest.fixture
def client_of():
    from django.test import Client

    def made(person):
        client = Client()
        client.force_login(person)
        return client

    return made


def counted(client, address):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return len(queries), response.content.decode()


def test_the_list_of_people_takes_as_many_queries_for_many_as_for_few(office, admin_client):
    few, _page = counted(admin_client, "/admin/people/")
    for number in range(25):
        office.person(f"an{number}", password=None)
    many, page = counted(admin_client, "/admin/people/")
    assert many == few <= 20
    assert "Chưa đặt mật khẩu" in page


def test_people_are_found_by_name_and_login(office, admin_client):
    office.person("an", full_name="Lê Thị Ân")
    page = admin_client.get("/admin/people/?q=ân").content.decode()
    assert "Lê Thị Ân" in page
    assert "Không có ai khớp" in admin_client.get("/admin/people/?q=zzz").content.decode()


def test_a_person_page_stays_under_thirty_queries(office, admin_client):
    person = office.person("an")
    number, page = counted(admin_client, f"/admin/people/{person.pk}/")
    assert number <= 30
    assert "đã lập tài khoản an" in page


def test_the_people_of_another_organisation_are_not_there(office, admin_client):
    other = services.found_organisation(fields=fields(code="A99.09"))
    stranger = services.create_person(
        login="la", full_name="Người Lạ", actor=services.organisations.system_actor(other)
    )
    assert admin_client.get(f"/admin/people/{stranger.pk}/").status_code == 404
    assert admin_client.post(f"/admin/people/{stranger.pk}/code/").status_code == 404


def test_a_new_person_gets_a_code_that_sets_the_first_password(office, admin_client, client):
    typed = {"full_name": "Lê Văn Bình", "login": "binh", "title": "Văn thư", "roles": ["clerk"],
             "unit": str(office.unit.pk), "valid_from": "01/09/2026"}  # fmt: skip
    page = admin_client.post("/admin/people/new/", typed).content.decode()
    code = re.search(r"<code data-code>([\w-]+)</code>", page)[1]
    client.logout()
    assert client.post(
        "/reset/", {"login": "binh", "code": code, "password": PASSWORD, "again": PASSWORD}
    ).url == "/login/"  # fmt: skip
    assert client.post("/login/", {"login": "binh", "password": PASSWORD}).url == "/"
    assert client.get("/account/").status_code == 200


def test_a_refused_form_keeps_what_was_typed(office, admin_client):
    typed = {"full_name": "Lê Văn Bình", "login": "quantri", "title": "Văn thư", "roles": ["clerk"],
             "valid_from": "01/09/2026"}  # fmt: skip
    response = admin_client.post("/admin/people/new/", typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Tên đăng nhập «quantri» đã có." in page
    assert 'value="Lê Văn Bình"' in page
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "x" * 10_000, "symbol": "A"},
        {"name": "", "symbol": ""},
        {"name": "\x00\u202e", "symbol": "A"},
        {"name": "Phòng", "symbol": "A B"},
    ],
)
def test_bad_input_gets_a_sentence_and_never_a_500(office, admin_client, typed):
    assert admin_client.post("/admin/units/new/", typed).status_code == 422
    assert Unit.objects.count() == 1


def test_an_impossible_day_is_refused(office, admin_client):
    position = Position.objects.get()
    response = admin_client.post(f"/admin/positions/{position.pk}/end/", {"last_day": "31/02/2026"})
    assert "không có trong lịch" in response.content.decode()


def test_codes_for_all_who_wait_are_printed_once(office, admin_client):
    for login in ("an", "binh"):
        office.person(login, password=None)
    page = admin_client.post("/admin/people/codes/").content.decode()
    assert len(re.findall("<code data-code>", page)) == 2


def test_a_second_position_is_chosen_and_shown(office, admin_client):
    person = Person.objects.get(login="quantri")
    second = office.appoint(person, Role.CLERK, title="Văn thư")
    page = admin_client.get("/account/").content.decode()
    assert page.count("Chuyển sang vị trí này") == 1
    back = "/account/"
    assert admin_client.post("/account/position/", {"position": second.pk, "next": back}).url == back
    assert "Bạn đang làm việc ở vị trí: Văn thư." in admin_client.get("/account/").content.decode()
    assert admin_client.get("/admin/").status_code == 403


def test_choosing_a_position_that_is_not_held_is_refused(office, admin_client):
    theirs = Position.objects.get(person=office.person("an"))
    assert admin_client.post("/account/position/", {"position": theirs.pk}).status_code == 409
    assert admin_client.post("/account/position/", {"position": "sai"}).status_code == 409


def test_switching_never_leads_to_another_site(office, admin_client):
    mine = Position.objects.get()
    done = admin_client.post("/account/position/", {"position": mine.pk, "next": "//vi-du.example/"})
    assert done.url == "/"


def test_a_position_that_ended_falls_back_to_another_and_without_any_says_so(office, client_of):
    person = office.person("an")
    client = client_of(person)
    services.end_position(position=Position.objects.get(person=person), last_day=DAY, actor=office.admin)
    assert client.get("/account/").status_code == 200
    Position.objects.filter(person=person).update(valid_from="2026-08-01", valid_to="2026-08-31")
    response = client.get("/account/")
    assert response.status_code == 403
    assert "không giữ vị trí công tác nào" in response.content.decode()


def test_an_own_rule_is_set_on_its_page(office, admin_client):
    address = "/admin/rules/exchange.packet_size_at_most/"
    typed = {"value": "20", "citation": "Quy chế văn thư, Điều 5", "valid_from": "01/09/2026"}
    assert admin_client.post(address, typed).url == "/admin/rules/"
    assert "Quy chế văn thư, Điều 5" in admin_client.get("/admin/rules/").content.decode()


def test_a_token_is_shown_once_and_revoked(office, admin_client):
    typed = {"position": Position.objects.get().pk, "label": "Máy quét", "days": "30"}
    page = admin_client.post("/account/tokens/new/", typed).content.decode()
    plain = re.search(r"<code data-token>([\w-]+)</code>", page)[1]
    assert services.api_actor(plain) == office.admin
    assert plain not in admin_client.get("/account/tokens/").content.decode()
    admin_client.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert services.api_actor(plain) is None


def test_an_officer_sees_and_issues_only_the_own_tokens(office, client_of):
    services.issue_token(
        position=Position.objects.get(), label="Của quản trị", days=1, actor=office.admin
    )  # fmt: skip
    client = client_of(office.person("an"))
    assert "Của quản trị" not in client.get("/account/tokens/").content.decode()
    theirs = Position.objects.get(person__login="quantri")
    assert client.post("/account/tokens/new/", {"position": theirs.pk, "label": "x", "days": 1}).status_code == 422


def test_the_first_start_leads_into_the_guided_set_up(client, db):
    code = services.first_admin_code()
    typed = {**fields().__dict__, "start_code": code, "login": "quantri", "full_name": "Quản Lý"}
    response = client.post("/start/", {**typed, "password": PASSWORD, "again": PASSWORD})
    assert response.url == "/admin/setup/"
    page = client.get(response.url).content.decode()
    assert page.count("Chưa làm") >= 3
    assert client.get("/start/").url == "/login/"


def test_a_wrong_start_code_creates_nothing(client, db):
    services.first_admin_code()
    typed = {**fields().__dict__, "start_code": "AAAA", "login": "quantri", "full_name": "Quản Lý"}
    response = client.post("/start/", {**typed, "password": PASSWORD, "again": PASSWORD})
    assert "Mã khởi tạo không đúng" in response.content.decode()
    assert not Organisation.objects.exists()


def test_the_steps_of_this_app_are_done_one_by_one(office, admin_client, settings):
    settings.SETUP_STEPS = [step for step in settings.SETUP_STEPS if step["done"].startswith("mocban.people.")]
    assert admin_client.get("/admin/setup/").content.decode().count("Chưa làm") == 3
    for role in (Role.CLERK, Role.LEADER, Role.HEAD_OF_OFFICE, Role.ADMINISTRATOR):
        office.person(f"ai.{role}", role)
    assert admin_client.get("/admin/setup/").content.decode().count("Chưa làm") == 1
    described = fields(address="1 Phố Mới", short_name="VP")
    services.edit_organisation(organisation=office.organisation, fields=described, actor=office.admin)
    assert "Chưa làm" not in admin_client.get("/admin/setup/").content.decode()
