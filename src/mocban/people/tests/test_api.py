"""The API answers for the one position of its token."""

import pytest
from django.urls import path

from mocban.api.base import addresses, make_api
from mocban.people import services
from mocban.people.actor import system_actor
from mocban.people.api import router
from mocban.people.choices import Role
from mocban.people.models import Position

from .conftest import DAY, fields

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
urlpatterns = [path("api/v1/", addresses(make_api({"/people": router}, namespace="people-tests")))]


@pytest.fixture
def bearer(office, settings):
    settings.ROOT_URLCONF = __name__
    position = Position.objects.get(person=office.person("an", Role.CLERK))
    plain = services.issue_token(position=position, label="Máy quét", days=1, actor=office.admin)
    return {"headers": {"Authorization": f"Bearer {plain}"}}


def test_me_is_the_position_of_the_token(office, client, bearer):
    answer = client.get("/api/v1/people/me", **bearer).json()
    assert answer["person_name"] == "Người an"
    assert answer["roles"] == ["clerk"]


def test_positions_elsewhere_are_not_told(office, client, bearer):
    other = services.found_organisation(fields=fields(code="A99.09"))
    services.appoint(
        person=Position.objects.get(person__login="an").person, organisation=other, title="Ủy viên",
        roles=[Role.OFFICER], valid_from=DAY, actor=system_actor(other),
    )  # fmt: skip
    answer = client.get("/api/v1/people/positions", **bearer).json()
    assert [position["organisation"] for position in answer] == ["Văn phòng Tỉnh ủy Lam Sơn"]


def test_units_are_those_of_the_organisation(office, client, bearer):
    other = services.found_organisation(fields=fields(code="A99.09"))
    services.create_unit(organisation=other, name="Phòng Lạ", symbol="L", actor=system_actor(other))
    answer = client.get("/api/v1/people/units", **bearer).json()
    assert [unit["symbol"] for unit in answer["items"]] == ["TH"]


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer mocban_sai"}])
def test_without_a_good_token_nothing_is_told(office, client, bearer, header):
    assert client.get("/api/v1/people/me", headers=header).status_code == 401


def test_a_session_with_a_first_password_is_not_enough(office, client, bearer):
    client.force_login(office.person("moi", must_change_password=True))
    assert client.get("/api/v1/people/me").status_code == 401


def test_agencies_are_found_as_a_clerk_would_type_them(office, client, bearer):
    services.add_agency(
        fields=services.AgencyFields(code="H99.03", name="Sở Nội vụ tỉnh Lam Sơn", former_codes=["000.00.03.H99"]),
        actor=office.admin,
    )
    [found] = client.get("/api/v1/people/agencies?q=snv", **bearer).json()
    assert (found["code"], found["level"], found["successor"]) == ("H99.03", "province", None)
    assert client.get("/api/v1/people/agencies/000.00.03.H99", **bearer).json()["code"] == "H99.03"
    assert client.get("/api/v1/people/agencies/H0", **bearer).status_code == 404
    assert client.get("/api/v1/people/agencies", **bearer).status_code == 422
    assert client.get("/api/v1/people/agencies?q=snv").status_code == 401
